// Twurple as a peer: logs in with the code of the code flow, subscribes, and tells what it understood, one JSON object a line.
// Its only endpoint setting for the API is TWURPLE_MOCK_API_PORT; chat has hostName, and its WebSocket's own options.
import { createRequire } from "node:module";
import net from "node:net";
import readline from "node:readline";

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const config = JSON.parse((await lines.next()).value);
process.env.TWURPLE_MOCK_API_PORT = String(config.port);
const require = createRequire(`${config.modules}/index.js`);
const load = async (name) => import(require.resolve(name));
const { RefreshingAuthProvider } = await load("@twurple/auth");
const { ApiClient } = await load("@twurple/api");
const { EventSubWsListener } = await load("@twurple/eventsub-ws");
const { ChatClient } = await load("@twurple/chat");

const tell = (fields) => process.stdout.write(JSON.stringify(fields) + "\n");
const auth = new RefreshingAuthProvider({
  clientId: config.client_id, clientSecret: config.client_secret, redirectUri: config.redirect,
});
auth.onRefresh((userId) => tell({ kind: "refreshed", user: userId }));
const me = await auth.addUserForCode(config.code, ["chat"]);
const api = new ApiClient({ authProvider: auth });
const user = await api.users.getUserById(me);
tell({ kind: "logged_in", id: user.id, login: user.name, name: user.displayName });

const listener = new EventSubWsListener({ apiClient: api });
const person = (event, what = "user") => ({ id: event[`${what}Id`], name: event[`${what}DisplayName`] });
const pending = new Set();
const want = (subscription) => pending.add(subscription.id);
listener.onSubscriptionCreateSuccess((subscription) => {
  pending.delete(subscription.id);
  if (pending.size === 0) tell({ kind: "ready", session: 1 });
});
listener.onSubscriptionCreateFailure((subscription, error) => tell({ kind: "failed", what: subscription.id, why: String(error) }));
listener.onUserSocketReady(() => tell({ kind: "socket" }));
listener.onUserSocketDisconnect(() => {
  for (const subscription of all) pending.add(subscription.id);
});

const all = [
  listener.onChannelChatMessage(me, me, (event) =>
    tell({
      kind: "chat", id: event.messageId, author: person(event, "chatter"), text: event.messageText, colour: event.color ?? "",
      parts: event.messageParts.map((part) => [part.type, part.text]), badges: Object.entries(event.badges).sort(),
      reply: event.parentMessageId ?? "", bits: event.bits, reward: event.rewardId ?? "",
    })),
  listener.onChannelChatMessageDelete(me, me, (event) => tell({ kind: "deleted", id: event.messageId, author: person(event) })),
  listener.onChannelChatClear(me, me, () => tell({ kind: "cleared" })),
  listener.onChannelChatNotification(me, me, (event) => tell({ kind: "notice", type: event.type, id: event.messageId })),
  listener.onChannelFollow(me, me, (event) => tell({ kind: "follow", user: person(event) })),
  listener.onChannelSubscription(me, (event) => tell({ kind: "sub", user: person(event), tier: event.tier, gift: event.isGift })),
  listener.onChannelSubscriptionMessage(me, (event) =>
    tell({ kind: "resub", user: person(event), months: event.cumulativeMonths, streak: event.streakMonths, text: event.messageText })),
  listener.onChannelSubscriptionGift(me, (event) =>
    tell({ kind: "gift", user: event.isAnonymous ? null : person(event, "gifter"), amount: event.amount })),
  listener.onChannelCheer(me, (event) => tell({ kind: "cheer", user: person(event), bits: event.bits, text: event.message })),
  listener.onChannelRaidTo(me, (event) => tell({ kind: "raid", user: person(event, "raidingBroadcaster"), viewers: event.viewers })),
  listener.onChannelRedemptionAdd(me, (event) =>
    tell({ kind: "redemption", id: event.id, user: person(event), title: event.rewardTitle, cost: event.rewardCost, text: event.input })),
  listener.onChannelBan(me, (event) =>
    tell({ kind: "ban", user: person(event), reason: event.reason, for_good: event.isPermanent })),
  listener.onChannelPollBegin(me, (event) =>
    tell({ kind: "poll", title: event.title, choices: event.choices.map((choice) => choice.title) })),
  listener.onChannelPredictionBegin(me, (event) =>
    tell({ kind: "prediction", title: event.title, outcomes: event.outcomes.map((outcome) => outcome.title) })),
  listener.onChannelHypeTrainBeginV2(me, (event) =>
    tell({ kind: "train", level: event.level, total: event.total, goal: event.goal, top: event.topContributors.map((each) => person(each)) })),
  listener.onChannelShieldModeBegin(me, me, (event) => tell({ kind: "shield", moderator: person(event, "moderator") })),
  listener.onChannelShoutoutReceive(me, me, (event) =>
    tell({ kind: "shout_out", user: person(event, "shoutingOutBroadcaster"), viewers: event.viewerCount })),
  listener.onChannelAdBreakBegin(me, (event) => tell({ kind: "ads", seconds: event.durationSeconds })),
  listener.onAutoModMessageHoldV2(me, me, (event) => tell({ kind: "held", id: event.messageId, text: event.messageText })),
  listener.onChannelModerate(me, me, (event) => tell({ kind: "moderated", action: event.moderationAction })),
  listener.onStreamOnline(me, (event) => tell({ kind: "online", id: event.id })),
  listener.onStreamOffline(me, () => tell({ kind: "offline" })),
];
all.forEach(want);

const chat = new ChatClient({
  authProvider: auth, channels: [user.name], hostName: "127.0.0.1", ssl: false, requestMembershipEvents: true,
  connectionOptions: { wsOptions: { createConnection: () => net.connect(config.port, "127.0.0.1") } },
});
chat.onJoin((channel, login) => tell({ kind: "irc_joined", channel, login }));
chat.onMessage((channel, login, text, message) =>
  tell({ kind: "irc_chat", id: message.id, login, text, emotes: [...message.emoteOffsets.entries()], mod: message.userInfo.isMod,
         reply: message.parentMessageId ?? "", bits: message.bits }));
chat.onAction((channel, login, text) => tell({ kind: "irc_action", login, text }));
chat.onSub((channel, login, info) => tell({ kind: "irc_sub", login, plan: info.plan }));
chat.onResub((channel, login, info) => tell({ kind: "irc_resub", login, months: info.months, text: info.message ?? "" }));
chat.onCommunitySub((channel, login, info) => tell({ kind: "irc_gifts", login: info.gifter ?? "", count: info.count }));
chat.onSubGift((channel, login, info) => tell({ kind: "irc_gift", login: info.gifter ?? "", to: login }));
chat.onRaid((channel, login, info) => tell({ kind: "irc_raid", login, viewers: info.viewerCount }));
chat.onTimeout((channel, login, seconds) => tell({ kind: "irc_timeout", login, seconds }));
chat.onBan((channel, login) => tell({ kind: "irc_ban", login }));
chat.onMessageRemove((channel, id) => tell({ kind: "irc_deleted", id }));
chat.onChatClear(() => tell({ kind: "irc_cleared" }));
chat.onSlow((channel, on, seconds) => tell({ kind: "irc_slow", on, seconds: seconds ?? 0 }));
chat.onAuthenticationFailure((text) => tell({ kind: "irc_refused", text }));
if (config.irc) chat.connect();
else listener.start();

for await (const line of lines) {
  const order = JSON.parse(line);
  try {
    if (order.do === "say") {
      const sent = await api.asUser(me, (as) => as.chat.sendChatMessage(me, order.text, { replyParentMessageId: order.reply }));
      tell({ kind: "sent", id: sent.id, sent: sent.isSent });
    } else if (order.do === "irc_say") {
      await chat.say(user.name, order.text);
      tell({ kind: "irc_sent" });
    }
  } catch (error) {
    tell({ kind: "error", text: String(error) });
  }
}
process.exit(0);
