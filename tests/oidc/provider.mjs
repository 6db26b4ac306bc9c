// A certified OpenID Connect provider for tests: node tests/oidc/provider.mjs <redirect uri>
// It prints its issuer, lets anybody in under the name that they type, and claims `<name>@lake.example` for them.
// Names that begin with "unverified" have an address that nobody has verified.
import { createServer } from "node:http";

import { Provider } from "../../web/node_modules/oidc-provider/lib/index.js";

const [redirectUri] = process.argv.slice(2);
const server = createServer((request, response) => handle(request, response));
let handle;

server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "dreamseed",
        client_secret: "a secret between two programs",
        redirect_uris: [redirectUri],
        response_types: ["code"],
        grant_types: ["authorization_code"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["for tests only"] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: `Name of ${id}`,
        email: `${id}@lake.example`,
        email_verified: !id.startsWith("unverified"),
      }),
    }),
  });
  handle = provider.callback();
  console.log(issuer);
});
