/** Passkeys, as the browser and the server speak of them. */
import type { paths } from "./schema";

type Step = paths["/api/v1/auth/mfa"]["post"]["requestBody"]["content"]["application/json"];
export type Credential = Extract<Step, { method: "passkey" }>["credential"];

/** The browser gave no passkey: it was refused, took too long, or there is none on this device. */
export class PasskeyFailure extends Error {
  override readonly name = "PasskeyFailure";
}

/** Whether this browser can use passkeys at this address. Addresses of numbers can have none. */
export function canUsePasskeys(): boolean {
  const isNamed = !/^[\d.]+$|:/.test(window.location.hostname);
  return isNamed && "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** Make a passkey by the server's options. Throws `PasskeyFailure`. */
export function makePasskey(options: Record<string, unknown>): Promise<Credential> {
  return credentialFrom(() => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as unknown as PublicKeyCredentialCreationOptionsJSON,
    );
    return navigator.credentials.create({ publicKey });
  });
}

/** Answer the server's challenge with a passkey. Throws `PasskeyFailure`. */
export function askForPasskey(options: Record<string, unknown>): Promise<Credential> {
  return credentialFrom(() => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      options as unknown as PublicKeyCredentialRequestOptionsJSON,
    );
    return navigator.credentials.get({ publicKey });
  });
}

async function credentialFrom(ask: () => Promise<globalThis.Credential | null>): Promise<Credential> {
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential.toJSON() as Credential;
  } catch (cause) {
    throw new PasskeyFailure("The browser gave no passkey", { cause });
  }
  throw new PasskeyFailure("The browser gave no passkey");
}
