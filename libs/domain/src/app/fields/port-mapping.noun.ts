import { IsDefined, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { Checked } from '../../parse/noun';
import { problemsOf } from '../../parse/parsed';
import { parseHostIp } from './host-ip';

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

  /**
   * The address of the host on which the port is published: `127.0.0.1` for programs of the host alone, an IPv4 or IPv6
   * address of it, `0.0.0.0` for all of IPv4, `::` for all of IPv6; null: all addresses. The address must be the host's, or
   * its containers cannot start.
   * @example 127.0.0.1
   */
  @Checked(problemsOf(parseHostIp))
  @IsOptional()
  hostIp?: string | null;
}
