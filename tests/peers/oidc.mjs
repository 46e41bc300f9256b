// oidc-provider on loopback: a provider of OpenID Connect that is not ours, with its own log-in pages.
// node oidc.mjs <node_modules> <redirect uri>; prints {"issuer": …} once it listens, one line for each token it gives.
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, redirect] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(join(modules, "oidc-provider", "lib", "index.js")));

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
const web = { redirect_uris: [redirect], grant_types: ["authorization_code"], response_types: ["code"] };
const provider = new Provider(issuer, {
  clients: [
    { client_id: "room", client_secret: "a secret of the room", ...web },
    { client_id: "public", token_endpoint_auth_method: "none", ...web },
    {
      client_id: "device",
      token_endpoint_auth_method: "none",
      application_type: "native",
      redirect_uris: [],
      response_types: [],
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
    },
  ],
  claims: { openid: ["sub"], profile: ["preferred_username"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: `${id} of elsewhere` }) }),
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
  pkce: { required: () => true },
  cookies: { keys: ["only for this test"] },
});
provider.on("grant.success", (ctx) => console.log(JSON.stringify({ granted: ctx.oidc.client.clientId })));
provider.on("grant.error", (ctx, error) => console.log(JSON.stringify({ refused: error.error })));
server.on("request", provider.callback());
process.stdin.on("end", () => process.exit(0)).resume();
console.log(JSON.stringify({ issuer }));
