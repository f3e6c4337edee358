// What was searched and found.

import type { FoundItem } from './api.gen';
import { Refused, api } from './api';

const TYPING_MS = 120; // nobody asks for half a word

export class SearchResults {
  hits: FoundItem[] = [];
  hasMore = false;
  private asking: AbortController | null = null;
  private turn = 0;

  /** Forgets what was found, and asks no more. */
  clear(): void {
    this.turn += 1;
    this.asking?.abort();
    this.hits = [];
    this.hasMore = false;
  }

  /** Asks, or asks for more of the same; returns false where another question came in between.
   *
   * Throws Refused, with 503 where a search by meaning cannot be answered.
   */
  async ask(query: string, mode: string, isMore: boolean): Promise<boolean> {
    if (!isMore) this.clear();
    const turn = this.turn;
    if (!isMore) await new Promise((wake) => { setTimeout(wake, TYPING_MS); });
    if (turn !== this.turn) return false;
    this.asking = new AbortController();
    try {
      const page = await api.search(query, mode, this.asking.signal, this.hits.length);
      if (turn !== this.turn) return false;
      this.hits = [...this.hits, ...page.items];
      this.hasMore = page.next_offset !== null;
      return true;
    } catch (error) {
      if (error instanceof Refused) throw error;
      return false; // given up, or the server is away, which is told elsewhere
    }
  }
}
