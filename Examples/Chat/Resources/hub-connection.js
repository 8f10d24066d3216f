// A small client for SignalR's hub protocol (JSON, version 1) over WebSockets, enough for this page and short enough
// to read. Applications use the official @microsoft/signalr client instead; the server can't tell them apart.

const separator = "\u001e";                 // ends every message of the JSON protocol
const handshakeTimeout = 15_000;            // milliseconds, as all the others
const pingInterval = 15_000;
const serverTimeout = 30_000;               // the server pings every 15 s: two missed pings, and the connection is dead
const longestDelay = 15_000;

export class HubConnection {
  /** What the user of this object may set: called with {name, attempt?, delay?, error?} at every change of state. */
  onstate = () => {};

  #url; #query; #handlers = new Map(); #pending = new Map(); #lastID = 0;
  #opening = null; #socket = null; #rest = ""; #heard = 0;      // #socket is set once the handshake is done
  #wanted = false; #attempt = 0; #life = 0; #timers = []; #retry = null;

  /** `url` is the hub's path; `query` an object of parameters that every request carries. */
  constructor(url, query = {}) {
    this.#url = url;
    this.#query = query;
  }

  /** Runs `handler(...arguments)` when the server calls `method`. Method names ignore case. */
  on(method, handler) { this.#handlers.set(method.toLowerCase(), handler); }

  /** Connects now, instead of any attempt that waits or runs, and stays connected until `stop()`. */
  start() {
    this.#wanted = true;
    this.#attempt = 0;
    this.#connect();
  }

  stop() {
    this.#wanted = false;
    this.#drop("The connection was stopped.");
    this.onstate({ name: "disconnected" });
  }

  /** Calls a hub method. Resolves with its result; rejects with the server's error, or if the connection is lost. */
  invoke(target, ...args) {
    if (this.#socket === null) return Promise.reject(new Error("Not connected: nothing was sent."));
    const invocationId = String(++this.#lastID);
    return new Promise((resolve, reject) => {
      this.#pending.set(invocationId, { resolve, reject });
      this.#write(this.#socket, { type: 1, invocationId, target, arguments: args });
    });
  }

  async #connect() {
    this.#drop("The connection was replaced.");
    const life = this.#life;                // whatever belongs to an earlier life finds out and gives up
    this.onstate({ name: this.#attempt === 0 ? "connecting" : "reconnecting", attempt: this.#attempt });
    try {
      const token = await this.#negotiate();
      if (life !== this.#life) return;
      this.#open(token, life);
    } catch (error) {
      this.#lost(life, error.message);
    }
  }

  async #negotiate() {
    const url = `${this.#url}/negotiate?${new URLSearchParams({ ...this.#query, negotiateVersion: 1 })}`;
    let response;
    try {
      response = await fetch(url, { method: "POST", signal: AbortSignal.timeout(handshakeTimeout) });
    } catch {
      throw new Error("The server does not answer.");
    }
    if (!response.ok) throw new Error(`The server refused the connection (HTTP ${response.status}).`);
    const answer = await response.json();
    if (answer.error) throw new Error(answer.error);
    if (!answer.connectionToken) throw new Error("The server's answer to negotiate has no connectionToken.");
    return answer.connectionToken;
  }

  #open(token, life) {
    const url = new URL(this.#url, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.search = new URLSearchParams({ ...this.#query, id: token });
    const socket = new WebSocket(url);
    this.#rest = "";
    let greeted = false;
    this.#timers.push(setTimeout(() => greeted || socket.close(), handshakeTimeout));
    socket.onopen = () => this.#write(socket, { protocol: "json", version: 1 });
    socket.onmessage = ({ data }) => {
      this.#heard = performance.now();
      for (const message of this.#split(data)) {
        if (life !== this.#life) return;
        if (greeted) this.#received(message, life);
        else if (message.error) this.#end(life, message.error, false);
        else greeted = this.#greeted(socket);
      }
    };
    socket.onclose = () => this.#lost(life, "The connection to the server was lost.");
    this.#opening = socket;
  }

  #greeted(socket) {
    this.#socket = socket;
    this.#attempt = 0;
    this.#heard = performance.now();
    this.#timers.push(setInterval(() => {
      if (performance.now() - this.#heard > serverTimeout) socket.close();
      else this.#write(socket, { type: 6 });
    }, pingInterval));
    this.onstate({ name: "connected" });
    return true;
  }

  /** A message may come in several frames, and several messages in one. */
  #split(data) {
    const parts = (this.#rest + data).split(separator);
    this.#rest = parts.pop();
    return parts.map((part) => JSON.parse(part));
  }

  #received(message, life) {
    switch (message.type) {
    case 1:
      this.#handlers.get(message.target.toLowerCase())?.(...message.arguments);
      break;
    case 3: {
      const call = this.#pending.get(message.invocationId);
      this.#pending.delete(message.invocationId);
      if (message.error !== undefined) call?.reject(new Error(message.error));
      else call?.resolve(message.result);
      break;
    }
    case 7:
      this.#end(life, message.error ?? "The server closed the connection.", message.allowReconnect === true);
      break;
    }
  }

  #end(life, reason, allowReconnect) {
    if (life !== this.#life) return;
    this.#wanted &&= allowReconnect;
    this.#lost(life, reason);
  }

  #lost(life, reason) {
    if (life !== this.#life) return;
    this.#drop(reason);
    if (!this.#wanted) return this.onstate({ name: "disconnected", error: reason });
    // Half of the delay is chance, the first one too, so that all clients of a restarted server do not come at once.
    const most = Math.min(longestDelay, 500 * 2 ** this.#attempt++);
    const delay = most / 2 + Math.random() * most / 2;
    this.#retry = setTimeout(() => this.#connect(), delay);
    this.onstate({ name: "waiting", attempt: this.#attempt, delay, error: reason });
  }

  #drop(reason) {
    this.#life += 1;
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
    clearTimeout(this.#retry);
    this.#retry = null;
    this.#opening?.close();
    this.#opening = this.#socket = null;
    for (const call of this.#pending.values()) call.reject(new Error(`${reason} Whether the call ran is not known.`));
    this.#pending.clear();
  }

  #write(socket, message) {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message) + separator);
  }
}
