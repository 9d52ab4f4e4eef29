import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

const PLAIN = { versionKey: false, id: false, minimize: false, autoIndex: false, autoCreate: false } as const;
const required = { required: true } as const;

/** One generation of an app or a device group. */
@Schema(PLAIN)
export class GenerationDocument {
  /** Name and generation: its insert is the compare-and-set. */
  @Prop({ type: String, ...required }) _id!: string;
  @Prop({ type: String, ...required }) name!: string;
  @Prop({ type: Number, ...required }) generation!: number;
  @Prop({ type: Boolean, ...required }) deleted!: boolean;
  /** True for the newest; for older ones too until they are told: readers take the highest. */
  @Prop({ type: Boolean, ...required }) newest!: boolean;
  @Prop({ type: Boolean, ...required }) published!: boolean;
  /** Milliseconds by the clock of the api that stored it, never twice the same there. Orders lists, decides nothing. */
  @Prop({ type: Number, ...required }) stored!: number;
  /** Random: by it a writer whose answer was lost knows its own. */
  @Prop({ type: String, ...required }) write!: string;
  /** Of a group: what it lists. */
  @Prop({ type: [String], default: undefined }) apps?: string[];
  /** JSON of the whole generation: no name in it is a name to the database. */
  @Prop({ type: String, ...required }) document!: string;
}
export const GenerationSchema = SchemaFactory.createForClass(GenerationDocument);

/**
 * All of a host that is counted, in one document, so that a report is taken in whole or not at all. The arrays are of
 * plain texts because every server of the protocol can look into those by an index.
 */
@Schema(PLAIN)
export class HostDocument {
  @Prop({ type: String, ...required }) _id!: string;
  /** +1 with each write. */
  @Prop({ type: Number, ...required }) revision!: number;
  /** Random, of the writer's batch: by it a writer knows which of its hosts others changed before it. */
  @Prop({ type: String }) write?: string;
  @Prop({ type: String }) start!: string;
  @Prop({ type: Number, ...required }) count!: number;
  @Prop({ type: Boolean, ...required }) every!: boolean;
  /** Absent: in none. */
  @Prop({ type: String }) group?: string;
  @Prop({ type: Number, ...required }) groupGeneration!: number;
  /** Its own list, by its configuration. */
  @Prop({ type: [String], ...required }) names!: string[];
  /** Milliseconds since 1970 by the receiver's clock. */
  @Prop({ type: Number, ...required }) firstHeardAt!: number;
  @Prop({ type: Number, ...required }) lastHeardAt!: number;
  /** JSON of `Said`. */
  @Prop({ type: String, ...required }) said!: string;
  /** JSON of `AppRow[]`. */
  @Prop({ type: String, ...required }) rows!: string;
  /** Apps that it has and that are not leaving. */
  @Prop({ type: [String], ...required }) has!: string[];
  /** Apps with a container, or unfinished. */
  @Prop({ type: [String], ...required }) open!: string[];
  /** App, state and generation of what has come to an end; see `tokens.ts` for these. */
  @Prop({ type: [String], ...required }) says!: string[];
  /** App and reason of what failed. */
  @Prop({ type: [String], ...required }) failing!: string[];
  /** App and text of what it warns of; absent: written by an older version. */
  @Prop({ type: [String], default: undefined }) warned?: string[];
  /** App and state of what is unfinished and not leaving. */
  @Prop({ type: [String], ...required }) busy!: string[];
  /** States of what is leaving and unfinished. */
  @Prop({ type: [String], ...required }) leaving!: string[];
}
export const HostSchema = SchemaFactory.createForClass(HostDocument);

/** What one host said of one app beyond its state. Valid only while the host's row names it: see `AppRow.detail`. */
@Schema(PLAIN)
export class DetailDocument {
  /** Host, app and a random text: never used twice, so that an old one can be removed at any time. */
  @Prop({ type: String, ...required }) _id!: string;
  @Prop({ type: String, ...required }) host!: string;
  @Prop({ type: String, ...required }) app!: string;
  /** When the report was received. */
  @Prop({ type: Number, ...required }) at!: number;
  /** '' when it has containers, and their states and healths; see `tokens.ts`. */
  @Prop({ type: [String], ...required }) kinds!: string[];
  /** JSON of `ContainerReport[]`. */
  @Prop({ type: String, ...required }) containers!: string;
  /** JSON of `Trouble`. */
  @Prop({ type: String, ...required }) trouble!: string;
}
export const DetailSchema = SchemaFactory.createForClass(DetailDocument);

/** What the store says of itself: a log of identities, one of schema versions, hosts removed, a place to try writing. */
@Schema(PLAIN)
export class MetaDocument {
  @Prop({ type: String, ...required }) _id!: string;
  @Prop({ type: String, ...required }) kind!: 'identity' | 'schema' | 'check' | 'forgotten';
  @Prop({ type: Number, ...required }) number!: number;
  @Prop({ type: String, ...required }) value!: string;
}
export const MetaSchema = SchemaFactory.createForClass(MetaDocument);
