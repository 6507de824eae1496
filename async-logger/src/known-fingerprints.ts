/**
 * Fingerprints that Redis has been seen to know, so that their events travel without a sample.
 * Bounded by two generations: when the younger is full the older is forgotten. Being wrong either way is
 * safe: a forgotten one costs a sample, one that Redis lost is asked for again.
 */
export class KnownFingerprints {
  private young = new Set<string>();
  private old = new Set<string>();

  constructor(private readonly fingerprintsMax: number) {}

  has(fingerprint: string): boolean {
    if (this.young.has(fingerprint)) return true;
    if (!this.old.has(fingerprint)) return false;
    this.add(fingerprint);
    return true;
  }

  add(fingerprint: string): void {
    this.young.add(fingerprint);
    if (this.young.size < this.fingerprintsMax / 2) return;
    this.old = this.young;
    this.young = new Set();
  }
}
