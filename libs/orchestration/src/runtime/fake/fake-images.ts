import { RuntimeError } from '../runtime-error';
import { fullReference } from './fake-registry';
import type { FakeImage } from './program';

/** The machine's local images: by reference, and by id also when no reference names them any more. */
export class FakeImages {
  private readonly byReference = new Map<string, FakeImage>();
  private readonly byId = new Map<string, FakeImage>();

  tag(reference: string, image: FakeImage): void {
    this.byReference.set(fullReference(reference), image);
    this.byId.set(image.id, image);
  }

  find(reference: string): FakeImage | undefined {
    return this.byReference.get(fullReference(reference)) ?? this.byId.get(reference);
  }

  get(reference: string): FakeImage {
    const image = this.find(reference);
    if (!image) throw new RuntimeError('image-not-found', `No such image: ${reference}`);
    return image;
  }

  remove(reference: string): void {
    const image = this.find(reference);
    this.byReference.delete(fullReference(reference));
    if (image && ![...this.byReference.values()].includes(image)) this.byId.delete(image.id);
  }
}
