/** Number of 32-bit words in the twister's state. */
export const STATE_WORDS = 624;
/** How far ahead the word lies that each word is mixed with. */
const SHIFT = 397;
const { imul } = Math;

/**
 * The 32-bit Mersenne twister MT19937 (Matsumoto & Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998) with
 * the 2002 seeding, as PyTorch's `at::mt19937`: the same seed gives the same words.
 *
 * Invariant: `position` is the index of the next unread word; 0 only before the first draw, since a refill is
 * followed at once by a read. Both 0 and 624 mean "refill first".
 */
export class MT19937 {
  readonly words: Uint32Array = new Uint32Array(STATE_WORDS);
  position = 0;

  constructor(seed: number) {
    this.seed(seed);
  }

  /** Restarts the stream from the low 32 bits of `seed`. */
  seed(seed: number): void {
    const { words } = this;
    words[0] = seed >>> 0;
    for (let i = 1; i < STATE_WORDS; i++) {
      const previous = words[i - 1];
      words[i] = imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
    this.position = 0;
  }

  /** The next word of the stream, an integer in [0, 2³²). */
  next(): number {
    if (this.position === 0 || this.position === STATE_WORDS) this.refill();
    let y = this.words[this.position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** Advances all 624 words by one step of the recurrence, in place. */
  private refill(): void {
    const { words } = this;
    let i = 0;
    for (; i < STATE_WORDS - SHIFT; i++) words[i] = words[i + SHIFT] ^ twist(words[i], words[i + 1]);
    for (; i < STATE_WORDS - 1; i++) {
      words[i] = words[i + SHIFT - STATE_WORDS] ^ twist(words[i], words[i + 1]);
    }
    words[i] = words[SHIFT - 1] ^ twist(words[i], words[0]);
    this.position = 0;
  }
}

/** The recurrence's linear map on the top bit of `u` joined to the low 31 bits of `v`. */
function twist(u: number, v: number): number {
  return (((u & 0x80000000) | (v & 0x7fffffff)) >>> 1) ^ (-(v & 1) & 0x9908b0df);
}
