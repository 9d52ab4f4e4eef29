import { Controller, Get, Header, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { answering, given } from './answering';
import type { Listening } from './listening';

const { body } = given<{ body: string }>();

/** What Nest on Fastify costs by itself. */
@Controller('api/v3/apps')
class BareController {
  @Get(':name')
  @Header('content-type', 'application/json; charset=utf-8')
  read(): string {
    return body;
  }
}

@Module({ controllers: [BareController] })
class BareApi {}

async function start(): Promise<Listening> {
  const app = await NestFactory.create<NestFastifyApplication>(BareApi, new FastifyAdapter(), { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl() };
}

answering(start(), () => Promise.reject(new Error('the bare api is asked by HTTP')));
