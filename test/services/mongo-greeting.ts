import { answers } from './ports';

/** BSON of {ping: 1, $db: "admin"}, inside an OP_MSG. */
const ping = (() => {
  const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'latin1');
  const int = (value: number): Buffer => Buffer.from(Int32Array.of(value).buffer);
  const fields = [Buffer.of(0x10), text('ping'), int(1), Buffer.of(0x02), text('$db'), int(6), text('admin')];
  const body = Buffer.concat([...fields, Buffer.of(0)]);
  const document = Buffer.concat([int(body.length + 4), body]);
  const opMessage = 2013;
  const message = Buffer.concat([int(1), int(0), int(opMessage), int(0), Buffer.of(0), document]);
  return Buffer.concat([int(message.length + 4), message]).toString('latin1');
})();

/** Whether a server there answers a command of MongoDB's protocol. */
export const answersMongo = (host: string, port: number): Promise<boolean> => answers(host, port, ping, 'ok');
