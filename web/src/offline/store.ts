/**
 * What this device keeps for when there is no network: answers on their way, and the last known state of what is shown.
 * It lives in IndexedDB, which the service worker reads too. Answers are written through to the disk before anybody is
 * told that they are safe, so they outlive a power cut.
 */

const NAME = "dreamseed";
const VERSION = 1;

export type StoreName = "answers" | "snapshots";

let opened: Promise<IDBDatabase> | null = null;

export async function put(store: StoreName, key: string, value: unknown): Promise<void> {
  await change(store, (objects) => objects.put(value, key));
}

export async function remove(store: StoreName, key: string): Promise<void> {
  await change(store, (objects) => objects.delete(key));
}

export async function clear(store: StoreName): Promise<void> {
  await change(store, (objects) => objects.clear());
}

export async function get<T>(store: StoreName, key: string): Promise<T | undefined> {
  const database = await open();
  return resultOf(database.transaction(store).objectStore(store).get(key) as IDBRequest<T | undefined>);
}

export async function all<T>(store: StoreName): Promise<T[]> {
  const database = await open();
  return resultOf(database.transaction(store).objectStore(store).getAll() as IDBRequest<T[]>);
}

async function change(store: StoreName, act: (objects: IDBObjectStore) => void): Promise<void> {
  const database = await open();
  const transaction = database.transaction(store, "readwrite", { durability: "strict" });
  act(transaction.objectStore(store));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(asError(transaction.error));
    transaction.onabort = () => reject(asError(transaction.error));
  });
}

function open(): Promise<IDBDatabase> {
  opened ??= openAnew().catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

async function openAnew(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("answers");
    request.result.createObjectStore("snapshots");
  };
  const database = await resultOf(request);
  // A later version of the app in another tab may need to change the layout.
  database.onversionchange = () => {
    database.close();
    opened = null;
  };
  return database;
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(asError(request.error));
  });
}

function asError(reason: DOMException | null): Error {
  return reason ?? new Error("The device's store failed");
}
