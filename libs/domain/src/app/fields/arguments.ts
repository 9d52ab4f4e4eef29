import { accepted, listOf, refused } from '../../parse/parsed';

/** The words of a command line; empty ones are words too. */
export const parseArguments = listOf((input) =>
  typeof input === 'string' ? accepted(input) : refused('must be a string'),
);
