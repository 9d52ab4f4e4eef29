/** A breach of what must hold at every single action, whatever the plan. */
export class Breach extends Error {}
