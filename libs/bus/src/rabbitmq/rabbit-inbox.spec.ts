import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { eventually } from '../bus-scene.contract';
import { accept, checkAppMessage, MESSAGE_LIMITS, Refusal } from '../messages';
import { RabbitInbox, type Receive } from './rabbit-inbox';

@Controller()
class Ear {
  readonly refusals: string[] = [];
  @EventPattern('app')
  app(@Payload() message: unknown): void {
    const envelope = accept(message, 'test', checkAppMessage);
    if (envelope instanceof Refusal) this.refusals.push(envelope.reason);
    if (message === 'poison') throw new Error('poison');
  }
}

describe("the worker's inbox on RabbitMQ", () => {
  let receive: Receive;
  let ear: Ear;
  const errors: unknown[] = [];
  let end: () => Promise<unknown>;

  beforeEach(async () => {
    const module = await Test.createTestingModule({ controllers: [Ear] }).compile();
    const strategy = new RabbitInbox({
      listen: (given) => {
        receive = given;
        return () => undefined;
      },
      onError: (error) => errors.push(error),
    });
    const service = module.createNestMicroservice({ strategy, logger: false });
    await service.listen();
    ear = service.get(Ear);
    end = () => service.close();
  });
  afterEach(() => end());

  it.each([
    ['noise', 'app', Buffer.from([0xff, 0x00, 0x80]), 'malformed'],
    ['JSON that is cut', 'app', Buffer.from('{"v":1,"installation":"te'), 'malformed'],
    ['nothing', 'app', Buffer.alloc(0), 'malformed'],
    ['100,000 levels', 'app', Buffer.from(nested()), 'too-deep'],
    ['more than the limit, unparsed', 'app', Buffer.alloc(MESSAGE_LIMITS.message + 1, ' '), 'too-large'],
    ['no type', undefined, Buffer.from('{}'), 'malformed'],
    ['a type that is no text', { constructor: 1 }, Buffer.from('{}'), 'malformed'],
    ['a type that nobody knows', '__proto__', Buffer.from('{}'), 'malformed'],
  ])('must have %s refused by a handler, which counts it', async (_, type, content, reason) => {
    receive(type, content);
    await eventually(() => ear.refusals.length === 1);
    expect(ear.refusals).toEqual([reason]);
  });

  it('must live on when a handler throws, or there is none', async () => {
    receive('app', Buffer.from('"poison"'));
    receive('group', Buffer.from('{}'));
    await eventually(() => errors.length === 2);
  });
});

function nested(): string {
  const body = '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000);
  return `{"v":1,"installation":"test","store":"s","body":{"app":${body}}}`;
}
