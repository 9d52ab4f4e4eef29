import { LABELS } from '@nebula/domain';
import { ContainerRuntime, type ObservedContainer, RuntimeError } from '../runtime';

type Labels = Record<string, string>;

/**
 * Tells of containers which labels their image has by itself, where that matters: they have our labels and no mark. Each
 * image is asked for once.
 */
export class ImageLabels {
  private readonly known = new Map<string, Promise<Labels | undefined>>();

  /** @param onUnknown an image could not be asked: what was told of its containers is to be found out again */
  constructor(
    private readonly runtime: ContainerRuntime,
    private readonly onUnknown: () => void,
  ) {}

  /** @returns containers themselves where their image has none of our labels */
  tellAll<T extends ObservedContainer | undefined>(containers: readonly T[]): Promise<(T | ObservedContainer)[]> {
    return Promise.all(containers.map((container) => container && this.tell(container)));
  }

  private async tell(container: ObservedContainer): Promise<ObservedContainer> {
    const { imageId, labels, imageLabels } = container;
    if (imageLabels || !(LABELS.installation in labels) || LABELS.made in labels) return container;
    const found = (await this.ask(imageId, labels)) ?? {};
    return LABELS.installation in found ? { ...container, imageLabels: found } : container;
  }

  /** @param otherwise of an image that can't be asked: it may have them all, and the container be somebody's */
  private ask(imageId: string, otherwise: Labels): Promise<Labels | undefined> {
    const asked = this.known.get(imageId) ?? this.runtime.imageLabels(imageId);
    this.known.set(imageId, asked);
    return asked.catch((error: unknown) => {
      this.known.delete(imageId);
      if (error instanceof RuntimeError && error.code === 'away') throw error;
      this.onUnknown();
      return otherwise;
    });
  }
}
