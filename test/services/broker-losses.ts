import type { Broker } from './broker';

/**
 * Takes things of a broker away while all connections stay, as a person or a fault of its own might. What is exclusive to a
 * connection its management API leaves alone, so some of it is done from inside, by rabbitmqctl: that takes seconds.
 */
export class BrokerLosses {
  constructor(
    private readonly broker: Broker,
    private readonly vhost: string,
  ) {}

  deleteExchange(name: string): Promise<void> {
    return this.broker.admin.deleteExchange(this.vhost, name);
  }

  /** All of an exchange at once. */
  loseBindings(exchange: string): Promise<void> {
    return this.broker.admin.loseBindings(this.vhost, exchange);
  }

  /** Of an exchange, those with this key: of every queue that has one. */
  async removeBindings(exchange: string, key: string): Promise<void> {
    const source = `rabbit_misc:r(<<"${this.vhost}">>, exchange, <<"${exchange}">>)`;
    const found = `B = {binding, _, <<"${key}">>, _, _} <- rabbit_binding:list_for_source(${source})`;
    await this.evaluate(`length([rabbit_binding:remove(B, <<"test">>) || ${found}]).`);
  }

  /** Whoever takes from it is told. */
  async deleteQueue(name: string): Promise<void> {
    await this.evaluate(`{ok, Q} = ${this.lookup(name)}, rabbit_amqqueue:delete(Q, false, false, <<"test">>), 1.`);
  }

  /** Of a queue that stays: nobody is told. One that goes with its last consumer goes, and that is told. */
  async cancelConsumers(queue: string): Promise<void> {
    const cancel = `{basic_cancel, element(1, C), element(2, C), undefined, <<"test">>}`;
    const each = `gen_server2:call(amqqueue:get_pid(Q), ${cancel}, infinity) || C <- rabbit_amqqueue:consumers(Q)`;
    await this.evaluate(`{ok, Q} = ${this.lookup(queue)}, length([${each}]).`);
  }

  /** Names of the queues that are bound to an exchange, by this key or by any. */
  async boundTo(exchange: string, key?: string): Promise<string[]> {
    const path = `/exchanges/${encodeURIComponent(this.vhost)}/${exchange}/bindings/source`;
    const bindings = await this.broker.admin.request<{ destination: string; routing_key: string }[]>('GET', path);
    const found = bindings.filter(({ routing_key }) => key === undefined || routing_key === key);
    return [...new Set(found.map(({ destination }) => destination))];
  }

  private lookup(queue: string): string {
    return `rabbit_amqqueue:lookup(rabbit_misc:r(<<"${this.vhost}">>, queue, <<"${queue}">>))`;
  }

  /** @param expression how many of what was meant there were: none would be no fault */
  private async evaluate(expression: string): Promise<void> {
    const count = (await this.broker.ctl('eval', expression)).trim();
    if (!(Number(count) > 0)) throw new Error(`the broker did not do it: ${expression}: ${count}`);
  }
}
