import type { Broker } from '../../services/broker';

/** What a broker counted since it started, of all vhosts. */
export interface BrokerCounts {
  /** Messages that it was sent, and that it sent. */
  received: number;
  delivered: number;
  /** Bytes on its connections and files, in and out. */
  bytesIn: number;
  bytesOut: number;
  connections: number;
  /** Mebibytes that its virtual machine holds. */
  memory: number;
}

const QUESTION = `
Of = fun(Name) ->
  lists:sum([maps:get(Name, Counters, 0) || Counters <- maps:values(rabbit_global_counters:overview())])
end,
{{input, In}, {output, Out}} = erlang:statistics(io),
[Of(messages_received_total), Of(messages_delivered_total), In, Out,
 length(rabbit_networking:connections()), erlang:memory(total)].`;

/**
 * Asks the broker itself: its management API counts the same for each connection and queue, which with thousands of them
 * costs more than what is to be measured. Takes a second of processor time.
 */
export async function brokerCounts(broker: Broker): Promise<BrokerCounts> {
  const answer = await broker.ctl('eval', QUESTION);
  const [received, delivered, bytesIn, bytesOut, connections, bytes] = (answer.match(/\d+/g) ?? []).map(Number);
  if (bytes === undefined) throw new Error(`the broker counts nothing: ${answer}`);
  return {
    received: received!,
    delivered: delivered!,
    bytesIn: bytesIn!,
    bytesOut: bytesOut!,
    connections: connections!,
    memory: bytes / 1024 / 1024,
  };
}
