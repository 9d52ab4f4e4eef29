import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { eventually } from './bus-scene.contract';
import { BusModule } from './bus.module';
import { ControlBus } from './control-bus';
import { HostBus } from './host-bus';
import { InProcessBus } from './in-process';
import { seal } from './messages';

@Injectable()
class Api {
  constructor(
    readonly control: ControlBus,
    readonly host: HostBus,
  ) {}
}

describe('BusModule.inProcess', () => {
  const start = async (bus?: InProcessBus) => {
    const module = await Test.createTestingModule({ imports: [BusModule.inProcess(bus)], providers: [Api] }).compile();
    return { module, api: module.get(Api) };
  };
  const status = seal('test', 'store', { apps: ['web'] });

  it('gives both sides of the bus to whoever asks for the ports', async () => {
    const { api, module } = await start();
    await api.control.answerSnapshots(async () => seal('test', 'store', { groups: ['g'], apps: [] }));
    const question = seal('test', '', { host: 'h', selection: { all: true, names: [] }, known: [] });
    await expect(api.host.snapshot(question)).resolves.toMatchObject({ body: { groups: ['g'] } });
    await module.close();
  });

  it('closes its own bus with the application', async () => {
    const { api, module } = await start();
    await module.close();
    await expect(api.control.publish('status', status)).rejects.toMatchObject({ code: 'bus-away' });
  });

  it('joins applications on one bus, and leaves it open when one of them ends', async () => {
    const bus = new InProcessBus();
    const [one, two, three] = [await start(bus), await start(bus), await start(bus)];
    await one.module.close();
    let heard = 0;
    await two.api.control.subscribe('status', async () => void heard++);
    await three.api.control.publish('status', status);
    await eventually(() => heard === 1);
    bus.close();
  });
});
