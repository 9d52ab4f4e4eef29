import type { App } from './app';

/** What one container is made of, besides its name, image, labels and networks, which the host decides on. */
export type ContainerSettings = Omit<
  App,
  'name' | 'image' | 'labels' | 'networks' | 'pullPolicy' | 'running' | 'containersPer' | 'rolling'
>;

export function containerSettings(app: App): ContainerSettings {
  const { name, image, labels, networks, pullPolicy, running, containersPer, rolling, ...settings } = app;
  return settings;
}
