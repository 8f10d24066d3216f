import { HubConnection } from "/hub-connection.js";

const lobby = "";                            // the key of the lobby; a room's key is its name, which is never empty
const keptLines = 500;
const $ = (id) => document.getElementById(id);

let name = new URLSearchParams(location.search).get("user")
  || sessionStorage.getItem("name") || `guest-${Math.floor(Math.random() * 10_000)}`;
let rooms = new Map([[lobby, { lines: [], unread: 0 }]]);
let current = lobby;
let hub = null;
let connected = false;

// MARK: what the page shows. Everything that came from somebody else goes through textContent.

function element(tag, text, className = "") {
  const result = document.createElement(tag);
  result.textContent = text;
  result.className = className;
  return result;
}

function render(line) {
  const p = element("p", "", line.kind);
  const at = element("time", line.at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  at.dateTime = line.at.toISOString();
  p.append(at);
  if (line.user !== undefined) {
    const who = element("b", line.user);
    who.style.setProperty("--hue", [...line.user].reduce((hue, c) => (hue * 31 + c.codePointAt(0)) % 360, 7));
    p.append(who);
  }
  p.append(element("span", line.text));
  return p;
}

function add(key, line) {
  const room = rooms.get(key);
  if (!room) return;
  room.lines.push({ at: new Date(), ...line });
  if (room.lines.length > keptLines) room.lines.shift();
  if (key !== current) {
    if (line.kind === "message") room.unread += 1;
    return showRooms();
  }
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.querySelector(".empty")?.remove();
  log.append(render(room.lines.at(-1)));
  if (log.children.length > keptLines) log.firstChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

const say = (text, key = current) => add(key, { kind: "note", text });
const complain = (text, key = current) => add(key, { kind: "error", text });

function show(key) {
  current = key;
  const room = rooms.get(key);
  room.unread = 0;
  const empty = key === lobby
    ? "Nothing yet. Say hello, or open this page in a second window and talk to yourself."
    : "Nothing yet. Everybody who joins this room, on any node, sees what is sent here.";
  $("log").replaceChildren(...(room.lines.length ? room.lines.map(render) : [element("p", empty, "empty")]));
  $("log").scrollTop = $("log").scrollHeight;
  $("room-title").textContent = key || "Lobby";
  $("leave").hidden = $("others-label").hidden = false;
  $(key === lobby ? "leave" : "others-label").hidden = true;
  $("text").placeholder = key === lobby ? "Message to everyone" : `Message to ${key}`;
  showRooms();
}

function showRooms() {
  $("rooms").replaceChildren(...[...rooms].map(([key, room]) => {
    const button = element("button", "");
    button.type = "button";
    button.append(element("span", key || "Lobby"));
    if (room.unread) button.append(element("span", room.unread, "unread"));
    button.setAttribute("aria-current", key === current);
    button.onclick = () => show(key);
    return button;
  }));
}

function chip(id, level, text, title = "") {
  const target = $(id);
  if (level) target.dataset.level = level;
  target.textContent = text;
  target.title = title;
}

function banner(text, canRetry = false) {
  $("banner").hidden = !text;
  $("banner-text").textContent = text;
  $("retry").hidden = !canRetry;
}

// MARK: the connection

function connect() {
  hub?.stop();
  hub = new HubConnection("/chat", { user: name });
  hub.on("ReceiveMessage", (user, text) => add(lobby, { kind: "message", user: String(user), text: String(text) }));
  hub.on("ReceiveRoomMessage", (room, user, text) =>
    add(room, { kind: "message", user: String(user), text: String(text) }));
  hub.onstate = showState;
  hub.start();
}

function showState(state) {
  const first = !state.attempt;
  connected = state.name === "connected";
  $("send").disabled = !connected;
  switch (state.name) {
  case "connecting":
    chip("connection", "wait", "Connecting…");
    break;
  case "connected":
    chip("connection", "good", "Connected");
    banner("");
    return arrived();
  case "waiting":
    chip("connection", "bad", "Disconnected");
    banner(`${state.error} Attempt ${state.attempt} in ${Math.ceil(state.delay / 1000)} s.`, true);
    break;
  case "reconnecting":
    chip("connection", "wait", "Reconnecting…");
    break;
  case "disconnected":
    chip("connection", "bad", "Disconnected");
    if (state.error) banner(`${state.error} The server does not want us to reconnect.`, true);
    break;
  }
  chip("node", null, "Node: none");
  $("connection-id").textContent = first ? "none yet" : "none";
  $("copy").hidden = true;
}

/** Groups belong to a connection, so a new connection joins its rooms again. */
async function arrived() {
  pollHealth();
  try {
    const me = await hub.invoke("WhoAmI");
    chip("node", null, `Node: ${me.node}`, me.node);
    $("connection-id").textContent = me.connectionId;
    $("copy").hidden = false;
    await Promise.all([...rooms.keys()].filter((key) => key !== lobby).map((key) => hub.invoke("Join", key)));
  } catch (error) {
    complain(error.message);
  }
}

// MARK: the bus, as the node sees it

let poll = null;

async function pollHealth() {
  clearTimeout(poll);
  poll = setTimeout(pollHealth, 3000);
  try {
    const response = await fetch("/health", { signal: AbortSignal.timeout(5000), cache: "no-store" });
    const health = await response.json();
    const state = health.bus?.state ?? "unknown";
    if (response.ok) return chip("bus", "good", `Bus: ${state}`, "Messages reach every node.");
    const reason = health.bus?.reason ?? health.reason ?? "";
    chip("bus", "bad", `Bus: ${state}, this node only`, `Messages reach clients of this node only. ${reason}`);
  } catch {
    chip("bus", "wait", "Bus: no answer", "The node does not answer /health.");
  }
}

// MARK: what the user does

function form(id, action) {
  $(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await action();
    } catch (error) {
      complain(error.message);
    }
  });
}

form("send-form", async () => {
  const text = $("text").value;
  const key = current;
  if (key !== lobby) await hub.invoke("SendToRoom", key, name, text);
  else if ($("others").checked) {
    await hub.invoke("SendToOthers", name, text);
    say(`To everyone else: ${text}`, key);
  } else await hub.invoke("Send", name, text);
  if ($("text").value === text) $("text").value = "";
});

form("join-form", async () => {
  const room = $("room").value.trim();
  if (!room) return;
  if (!rooms.has(room)) {
    await hub.invoke("Join", room);
    rooms.set(room, { lines: [], unread: 0 });
  }
  $("room").value = "";
  show(room);
});

form("direct-form", async () => {
  const to = $("direct-to").value.trim();
  const text = $("direct-text").value;
  const kind = $("direct-kind").value;
  await hub.invoke(kind === "user" ? "SendToUser" : "SendToConnection", to, name, text);
  $("direct-text").value = "";
  say(`To ${kind} ${to}: ${text}`);
});

form("name-form", async () => {
  const wanted = $("name").value.trim();
  if (!wanted || wanted === name) return;
  name = wanted;
  sessionStorage.setItem("name", name);
  connect();                                 // the user id belongs to the connection
});

$("leave").onclick = async () => {
  const room = current;
  rooms.delete(room);
  show(lobby);
  if (!connected) return;                    // the new connection will not join it again
  try {
    await hub.invoke("Leave", room);
  } catch (error) {
    complain(error.message);
  }
};
$("retry").onclick = () => connected || hub.start();
$("direct-kind").onchange = () => { $("direct-to").placeholder = $("direct-kind").value === "user" ? "ada" : "its id"; };
$("copy").onclick = () => navigator.clipboard?.writeText($("connection-id").textContent);

$("name").value = name;
show(lobby);
connect();
addEventListener("online", () => connected || hub.start());
addEventListener("pagehide", () => hub.stop());
addEventListener("pageshow", (event) => event.persisted && hub.start());
