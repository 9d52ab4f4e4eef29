import { IsDefined, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';

export const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** A port of the containers, published on the host. */
export class PortMapping {
  /**
   * The host port of the first container; the n-th has `host` + n − 1.
   * @example 9000
   */
  @Max(65535)
  @Min(1)
  @IsInt()
  @IsDefined({ message: 'is required' })
  host!: number;

  /**
   * The port inside every container.
   * @example 80
   */
  @Max(65535)
  @Min(1)
  @IsInt()
  @IsDefined({ message: 'is required' })
  container!: number;

  /**
   * Default: tcp.
   * @example tcp
   */
  @IsIn(PROTOCOLS)
  @IsOptional()
  protocol?: Protocol;
}
