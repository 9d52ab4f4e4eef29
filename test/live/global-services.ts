interface Removable {
  remove(): Promise<void>;
}

const kept: Removable[] = [];

/** Remembers a service until all tests are done. */
export function keep<T extends Removable>(service: T): T {
  kept.push(service);
  return service;
}

export async function removeKept(): Promise<void> {
  await Promise.all(kept.splice(0).map((service) => service.remove()));
}
