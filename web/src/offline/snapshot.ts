/** The last known state of what is shown, for when the server can't be reached. */
import { NetworkFailure } from "../api/problem";
import { currentAccount } from "../api/tokens";
import { clear, get, put } from "./store";

/** What `read` gives, kept for next time; what was kept, where the server can't be reached. */
export async function orSnapshot<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    const value = await read();
    keepSnapshot(name, value);
    return value;
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    const kept = await get<T>("snapshots", keyFor(name)).catch(() => undefined);
    if (kept === undefined) throw error;
    return kept;
  }
}

export function keepSnapshot(name: string, value: unknown): void {
  void put("snapshots", keyFor(name), value).catch(() => undefined);
}

/** Nothing of what somebody saw stays behind when they sign out. Answers on their way do stay. */
export function forgetSnapshots(): void {
  void clear("snapshots").catch(() => undefined);
}

/** Nobody ever sees what was kept for somebody else on the same device. */
function keyFor(name: string): string {
  return `${currentAccount() ?? ""}/${name}`;
}
