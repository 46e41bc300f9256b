// tmi.js as a peer: reads chat, anonymously or with a token, and tells what it understood, one JSON object a line.
// Its endpoint settings: connection.server, connection.port, connection.secure.
const readline = require("node:readline");

const tell = (fields) => process.stdout.write(JSON.stringify(fields) + "\n");
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const main = async () => {
  const config = JSON.parse((await lines.next()).value);
  const tmi = require(`${config.modules}/tmi.js`);
  const client = new tmi.Client({
    options: { debug: false, skipUpdatingEmotesets: true },
    connection: { server: "127.0.0.1", port: config.port, secure: false, reconnect: true, reconnectInterval: 200 },
    channels: [config.channel],
    ...(config.token ? { identity: { username: config.login, password: `oauth:${config.token}` } } : {}),
    logger: { info() {}, warn() {}, error() {} },
  });
  const message = (channel, tags, text, self) =>
    tell({
      kind: tags["message-type"] === "action" ? "irc_action" : "irc_chat", id: tags.id ?? "", login: tags.username, text, self,
      emotes: Object.entries(tags.emotes ?? {}), mod: Boolean(tags.mod), reply: tags["reply-parent-msg-id"] ?? "",
      bits: Number(tags.bits ?? 0), first: Boolean(tags["first-msg"]), badges: Object.entries(tags.badges ?? {}),
    });
  client.on("message", message);
  client.on("cheer", message);
  client.on("join", (channel, login, self) => self && tell({ kind: "irc_joined", channel: channel.slice(1), login }));
  client.on("subscription", (channel, login, methods) => tell({ kind: "irc_sub", login, plan: methods.plan }));
  client.on("resub", (channel, login, streak, text, tags) =>
    tell({ kind: "irc_resub", login, months: Number(tags["msg-param-cumulative-months"]), text: text ?? "" }));
  client.on("submysterygift", (channel, login, count) => tell({ kind: "irc_gifts", login, count }));
  client.on("subgift", (channel, login, streak, to) => tell({ kind: "irc_gift", login, to }));
  client.on("raided", (channel, login, viewers) => tell({ kind: "irc_raid", login, viewers: Number(viewers) }));
  client.on("timeout", (channel, login, reason, seconds) => tell({ kind: "irc_timeout", login, seconds: Number(seconds) }));
  client.on("ban", (channel, login) => tell({ kind: "irc_ban", login }));
  client.on("messagedeleted", (channel, login, text, tags) => tell({ kind: "irc_deleted", id: tags["target-msg-id"] }));
  client.on("clearchat", () => tell({ kind: "irc_cleared" }));
  client.on("slowmode", (channel, on, seconds) => tell({ kind: "irc_slow", on, seconds: on ? Number(seconds) : 0 }));
  client.on("notice", (channel, id) => tell({ kind: "irc_notice", id }));
  client.on("reconnect", () => tell({ kind: "irc_reconnect" }));
  client.connect().catch((error) => tell({ kind: "irc_refused", text: String(error) }));
  for await (const line of lines) {
    const order = JSON.parse(line);
    client.say(config.channel, order.text).then(() => tell({ kind: "irc_sent" }), (error) => tell({ kind: "error", text: String(error) }));
  }
  process.exit(0);
};
main();
