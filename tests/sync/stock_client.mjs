// The stock provider, unmodified, driven by lines of JSON: a command in, an answer out. `tests/support/stock.py` speaks to it.
import { createInterface } from "node:readline";
import { HocuspocusProvider, HocuspocusProviderWebsocket } from "@hocuspocus/provider";
import { WebSocket } from "ws";
import * as Y from "yjs";

const url = process.argv[2];
const sockets = new Map();
const clients = new Map();

function socket(name) {
  if (!sockets.has(name)) {
    sockets.set(
      name,
      new HocuspocusProviderWebsocket({ url, WebSocketPolyfill: WebSocket, delay: 100, minDelay: 100, maxDelay: 500 }),
    );
  }
  return sockets.get(name);
}

function firstText(doc) {
  let node = doc.getXmlFragment("default").get(0);
  while (node !== undefined && !(node instanceof Y.XmlText)) node = node.get(0);
  return node;
}

const words = (text) => (text === undefined ? "" : text.toDelta().map((part) => part.insert).join(""));

const commands = {
  open({ as, on, name, token, session = false }) {
    const heard = { scopes: [], synced: 0, failed: [], events: [], unsynced: [], closes: [] };
    const provider = new HocuspocusProvider({
      websocketProvider: socket(on),
      name,
      token,
      sessionAwareness: session,
      document: new Y.Doc(),
      onAuthenticated: ({ scope }) => heard.scopes.push(scope),
      onSynced: () => (heard.synced += 1),
      onAuthenticationFailed: ({ reason }) => heard.failed.push(reason),
      onStateless: ({ payload }) => heard.events.push(JSON.parse(payload)),
      onUnsyncedChanges: ({ number }) => heard.unsynced.push(number),
      onClose: ({ event }) => heard.closes.push(event.code),
    });
    provider.attach();
    clients.set(as, { provider, heard });
    return {};
  },
  // One change; or, with `letters`, one for each, all before the provider hears anything.
  type({ as, words: added, letters = false }) {
    const text = firstText(clients.get(as).provider.document);
    for (const part of letters ? added : [added]) text.insert(text.length, part);
    return { unsynced: clients.get(as).provider.unsyncedChanges };
  },
  // What the server never hears of: a change of the provider's own is neither sent nor counted.
  hold_back({ as, words: added }) {
    const { provider } = clients.get(as);
    const text = firstText(provider.document);
    provider.document.transact(() => text.insert(text.length, added), provider);
    return {};
  },
  say({ as, field, value }) {
    clients.get(as).provider.setAwarenessField(field, value);
    return {};
  },
  forget({ as }) {
    clients.get(as).heard.unsynced = [];
    return {};
  },
  look({ as }) {
    const { provider, heard } = clients.get(as);
    return {
      ...heard,
      text: words(firstText(provider.document)),
      id: provider.document.clientID,
      scope: provider.authorizedScope ?? null,
      authenticated: provider.isAuthenticated,
      isSynced: provider.isSynced,
      unsynced_now: provider.unsyncedChanges,
      here: Object.fromEntries(provider.awareness?.getStates() ?? []),
    };
  },
  destroy({ as }) {
    clients.get(as).provider.destroy();
    clients.delete(as);
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(commands[command.do](command))}\n`);
}
process.exit(0);
