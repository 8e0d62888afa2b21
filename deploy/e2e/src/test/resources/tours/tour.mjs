// A tour by a client of the TypeScript SDK: one line per feature, "<stop>\t<feature>\t<seen>".
//
//   node tour.mjs <folder of node_modules> <v1|v2> <legacy|modern> {<stop> <url> <server or "">}...
//
// With a server's name the endpoint is the federated one, where names and URIs carry it.
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

const [packages, sdk, era, ...stops] = process.argv.slice(2);
const require = createRequire(packages + '/');
const MODERN = '2026-07-28';
const DEADLINE_MS = 60_000;
const TOOLS = [
  'add', 'slow', 'test_audio_content', 'test_embedded_resource', 'test_error_handling',
  'test_image_content', 'test_sampling', 'test_tool_with_logging', 'test_tool_with_progress',
];
const CAPABILITIES = { sampling: {}, elicitation: { form: {} }, roots: { listChanged: true } };

/** Notes how each DELETE is answered: the SDK takes a refusal for an end as well. */
function noting(statuses) {
  return async (url, init) => {
    const answer = await fetch(url, init);
    if (init?.method === 'DELETE') {
      statuses.push(answer.status);
    }
    return answer;
  };
}

/** The two released lines of the SDK differ in how handlers and options are passed. */
function clientOfV1(options) {
  const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
  const { StreamableHTTPClientTransport } =
    require('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const types = require('@modelcontextprotocol/sdk/types.js');
  const schemas = {
    'sampling/createMessage': types.CreateMessageRequestSchema,
    'elicitation/create': types.ElicitRequestSchema,
    'roots/list': types.ListRootsRequestSchema,
    'notifications/message': types.LoggingMessageNotificationSchema,
    'notifications/resources/updated': types.ResourceUpdatedNotificationSchema,
    'notifications/tools/list_changed': types.ToolListChangedNotificationSchema,
  };
  const client = new Client({ name: 'ariadne', version: '1' }, { capabilities: CAPABILITIES });
  let transport;
  return {
    client,
    answer: (method, handler) => client.setRequestHandler(schemas[method], handler),
    hear: (method, handler) => client.setNotificationHandler(schemas[method], handler),
    connect: (url) => client.connect((transport = new StreamableHTTPClientTransport(url, options))),
    version: () => transport.protocolVersion,
    call: (params, options) => client.callTool(params, undefined, options),
    end: () => transport.terminateSession(),
  };
}

function clientOfV2(options) {
  const { Client, StreamableHTTPClientTransport } = require('@modelcontextprotocol/client');
  const mode = era === 'modern' ? { pin: MODERN } : 'legacy';
  const client = new Client(
    { name: 'ariadne', version: '1' },
    { capabilities: CAPABILITIES, versionNegotiation: { mode } },
  );
  let transport;
  return {
    client,
    answer: (method, handler) => client.setRequestHandler(method, handler),
    hear: (method, handler) => client.setNotificationHandler(method, handler),
    connect: (url) => client.connect((transport = new StreamableHTTPClientTransport(url, options))),
    version: () => client.getNegotiatedProtocolVersion(),
    call: (params, options) => client.callTool(params, options),
    end: () => transport.terminateSession(),
  };
}

/** Tries again and again until what is asked is so; what changes nothing yet may be repeated. */
async function eventually(what, isSo, again = () => {}) {
  const until = Date.now() + DEADLINE_MS;
  for (let tries = 1; !isSo(); tries++) {
    if (Date.now() > until) {
      throw new Error(what + ': not within ' + DEADLINE_MS + ' ms');
    }
    await pause(20);
    if (tries % 100 === 0) {
      await again();
    }
  }
}

async function tour(stop, url, server) {
  const named = (name) => (server ? server + '__' + name : name);
  const located = (uri) => (server ? server + '+' + uri : uri);
  const deleted = [];
  const { client, answer, hear, connect, version, call, end } =
    (sdk === 'v1' ? clientOfV1 : clientOfV2)({ fetch: noting(deleted) });
  const modern = era === 'modern';
  const told = { logs: [], updated: [], changed: 0 };

  answer('sampling/createMessage', (request) => ({
    role: 'assistant',
    model: 'e2e-model',
    content: { type: 'text', text: 'sampled ' + request.params.messages[0].content.text },
  }));
  answer('elicitation/create', (request) => {
    const asked = Object.keys(request.params.requestedSchema.properties);
    return {
      action: 'accept',
      content: Object.fromEntries(asked.map((property) => [property, property + ' of ariadne'])),
    };
  });
  answer('roots/list', () => ({ roots: [{ uri: 'file:///sea/ariadne', name: 'ariadne' }] }));
  hear('notifications/message', (n) => told.logs.push(n.params.data));
  hear('notifications/resources/updated', (n) => told.updated.push(n.params.uri));
  hear('notifications/tools/list_changed', () => told.changed++);

  const tool = (name, args = {}, options) =>
    call({ name: named(name), arguments: args }, options);
  const text = async (name, args) => {
    const result = await tool(name, args);
    return result.content.map((block) => block.text).join() + (result.isError ? ' (error)' : '');
  };
  const feature = async (name, seen) => {
    try {
      console.log([stop, name, await seen()].join('\t'));
    } catch (e) {
      console.log([stop, name, 'FAILED: ' + String(e?.message ?? e).replace(/\s+/g, ' ')].join('\t'));
    }
  };

  await feature('initialize', async () => {
    await connect(new URL(url));
    return version();
  });
  await feature('tools/list', async () => {
    const listed = new Set((await client.listTools()).tools.map((one) => one.name));
    return TOOLS.filter((name) => listed.has(named(name))).join(' ');
  });
  await feature('tools/call', async () => {
    const result = await tool('add', { left: 2, right: 3 });
    return result.content[0].text + ' ' + JSON.stringify(result.structuredContent);
  });
  await feature('content', async () => {
    const kinds = [];
    for (const name of ['test_image_content', 'test_audio_content', 'test_embedded_resource']) {
      kinds.push((await tool(name)).content[0].type);
    }
    return kinds.join(' ');
  });
  await feature('errors', async () => {
    const failed = await tool('test_error_handling');
    const unknown = await tool('no_such_tool').catch((e) => e.code);
    return failed.isError + ' ' + unknown;
  });
  await feature('progress', async () => {
    const reports = [];
    await tool('test_tool_with_progress', {}, { onprogress: (p) => reports.push(p.progress) });
    return reports.join(' ');
  });
  await feature('logging', async () => {
    const params = { name: named('test_tool_with_logging'), arguments: {} };
    if (modern) {
      params._meta = { 'io.modelcontextprotocol/logLevel': 'debug' };
    } else {
      await client.setLoggingLevel('debug');
    }
    await call(params);
    await eventually('three messages', () => told.logs.length >= 3);
    return told.logs.sort().join(', ');
  });
  await feature('sampling', () => text('test_sampling', { prompt: 'where to?' }));
  await feature('elicitation', () => text('test_input_required_result_elicitation'));
  await feature('elicitation twice', () => text('test_input_required_result_multi_round'));
  await feature('roots', () => text('test_input_required_result_list_roots'));
  await feature('resources/list', async () => {
    const listed = (await client.listResources()).resources.map((one) => one.uri);
    return listed.includes(located('test://static-text'));
  });
  await feature('resources/templates/list', async () => {
    const listed = (await client.listResourceTemplates()).resourceTemplates;
    return listed.some((one) => one.uriTemplate === located('test://template/{id}/data'));
  });
  await feature('resources/read', async () => {
    const uri = located('test://template/77/data');
    const { contents } = await client.readResource({ uri });
    return (contents[0].uri === uri) + ' ' + JSON.parse(contents[0].text).id;
  });
  await feature('subscription', async () => {
    const uri = located('test://watched-resource');
    const update = () => tool('test_trigger_resource_update', { uri: 'test://watched-resource' });
    const subscription = modern ? await client.listen({ resourceSubscriptions: [uri] }) : undefined;
    if (!modern) {
      await client.subscribeResource({ uri });
    }
    await update();
    await eventually('an update', () => told.updated.includes(uri), update);
    await (modern ? subscription.close() : client.unsubscribeResource({ uri }));
    return told.updated.every((one) => one === uri);
  });
  await feature('list changed', async () => {
    const change = () => tool('test_trigger_tool_change');
    const subscription = modern ? await client.listen({ toolsListChanged: true }) : undefined;
    await change();
    await eventually('a change', () => told.changed > 0, change);
    await subscription?.close();
    return true;
  });
  await feature('prompts/list', async () => {
    const listed = (await client.listPrompts()).prompts.map((one) => one.name);
    return listed.includes(named('test_prompt_with_arguments'));
  });
  await feature('prompts/get', async () => {
    const prompt = await client.getPrompt({
      name: named('test_prompt_with_arguments'),
      arguments: { arg1: 'north', arg2: 'west' },
    });
    return prompt.messages[0].content.text;
  });
  await feature('prompts/get asks', async () => {
    const name = named('test_input_required_result_prompt');
    return (await client.getPrompt({ name })).messages[0].content.text;
  });
  await feature('completion', async () => {
    const argument = { name: 'id', value: 'par' };
    const ofTemplate = await client.complete({
      ref: { type: 'ref/resource', uri: located('test://template/{id}/data') },
      argument,
    });
    const ofPrompt = await client.complete({
      ref: { type: 'ref/prompt', name: named('test_prompt_with_arguments') },
      argument: { name: 'arg1', value: 'te' },
    });
    return [...ofTemplate.completion.values, ...ofPrompt.completion.values].join(' ');
  });
  await feature('cancellation', async () => {
    const abort = new AbortController();
    const ended = await tool('slow', { durationMillis: 60_000, steps: 600 }, {
      signal: abort.signal,
      onprogress: () => abort.abort(),
    }).then(() => 'answered', () => 'cancelled');
    return ended + ', then ' + (await tool('add', { left: 20, right: 3 })).content[0].text;
  });
  if (!modern) {
    await feature('ping', async () => JSON.stringify(await client.ping()));
    await feature('DELETE', async () => {
      await end();
      return deleted.join();
    });
  }
  await client.close();
}

for (let i = 0; i < stops.length; i += 3) {
  await tour(...stops.slice(i, i + 3));
}
