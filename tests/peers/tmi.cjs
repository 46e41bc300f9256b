// tmi.js as a peer: reads the channel from the same server and writes what it understood, one JSON object a line.
const [, , modules, port] = process.argv;
const tmi = require(`${modules}/tmi.js`);

const client = new tmi.Client({
  connection: { server: "127.0.0.1", port: Number(port), secure: false, reconnect: false },
  channels: ["kit"],
});
const tell = (fields) => process.stdout.write(JSON.stringify(fields) + "\n");

const message = (channel, tags, text) =>
  tell({
    kind: "message", id: tags.id, author: tags["user-id"], name: tags["display-name"] || tags.username, text,
    mod: Boolean(tags.mod || tags["user-type"] === "mod" || tags.badges?.broadcaster), bits: Number(tags.bits || 0), emotes: tags.emotes || {},
    reply: tags["reply-parent-msg-id"] || "",
  });
client.on("message", message);
client.on("cheer", message);
client.on("messagedeleted", (channel, name, text, tags) => tell({ kind: "deleted", id: tags["target-msg-id"] }));
client.on("timeout", (channel, name, reason, duration, tags) => tell({ kind: "user", author: tags["target-user-id"] }));
client.on("ban", (channel, name, reason, tags) => tell({ kind: "user", author: tags["target-user-id"] }));
client.on("clearchat", () => tell({ kind: "chat" }));
client.on("raided", (channel, name, viewers) => tell({ kind: "raid", name, amount: Number(viewers) }));
client.on("roomstate", () => tell({ kind: "joined" }));
client.connect().catch((error) => { console.error(error); process.exit(1); });
