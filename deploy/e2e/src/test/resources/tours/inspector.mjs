// A tour by the command line of the MCP inspector: one line per feature, "<stop>\t<feature>\t<seen>".
//
//   node inspector.mjs <folder of node_modules> <home> <legacy|modern> {<stop> <url> <server or "">}...
//
// Each feature is a process and a connection of its own, as it is for its users. With a server's name the
// endpoint is the federated one, where names and URIs carry it.
import { execFile } from 'node:child_process';
import { join } from 'node:path';

const [packages, home, era, ...stops] = process.argv.slice(2);
const INSPECTOR =
  join(packages, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const DEADLINE_MS = 120_000;
const TOOLS = [
  'add', 'slow', 'test_audio_content', 'test_embedded_resource', 'test_error_handling',
  'test_image_content', 'test_sampling', 'test_tool_with_logging', 'test_tool_with_progress',
];

/** What the inspector prints of one method; a tool's error is its first line, what the tool said the next. */
function asked(url, method, ...options) {
  const command = [
    INSPECTOR, '--cli', '--server-url', url, '--transport', 'http', '--format', 'json', '--quiet',
    '--protocol-era', era, '--connect-timeout', String(DEADLINE_MS), '--method', method, ...options,
  ];
  const environment = { ...process.env, HOME: home };
  const limits = { env: environment, timeout: DEADLINE_MS, maxBuffer: 16 << 20 };
  return new Promise((resolve, reject) =>
    execFile(process.execPath, command, limits, (failed, stdout, stderr) => {
      const lines = (stdout + '\n' + stderr).split('\n').filter((line) => line.startsWith('{'));
      const results = lines.map((line) => JSON.parse(line)).filter((line) => line.result);
      if (results.length === 1) {
        resolve(results[0].result);
      } else {
        reject(new Error(`${failed ?? 'no result'}: ${stdout} ${stderr}`));
      }
    }));
}

async function tour(stop, url, server) {
  const named = (name) => (server ? server + '__' + name : name);
  const located = (uri) => (server ? server + '+' + uri : uri);
  const ask = (method, ...options) => asked(url, method, ...options);
  const tool = (name, args = {}) =>
    ask('tools/call', '--tool-name', named(name), '--tool-args-json', JSON.stringify(args));
  const feature = async (name, seen) => {
    try {
      console.log([stop, name, await seen()].join('\t'));
    } catch (e) {
      console.log([stop, name, 'FAILED: ' + String(e?.message ?? e).replace(/\s+/g, ' ')].join('\t'));
    }
  };

  await feature('initialize', async () => (await ask('initialize')).protocolVersion);
  await feature('tools/list', async () => {
    const listed = new Set((await ask('tools/list')).tools.map((one) => one.name));
    return TOOLS.filter((name) => listed.has(named(name))).join(' ');
  });
  await feature('tools/call', async () => {
    const result = await tool('add', { left: 2, right: 3 });
    return result.content[0].text + ' ' + JSON.stringify(result.structuredContent);
  });
  await feature('content', async () => (await tool('test_image_content')).content[0].type);
  await feature('errors', async () => (await tool('test_error_handling')).isError);
  await feature('resources/list', async () => {
    const listed = (await ask('resources/list')).resources.map((one) => one.uri);
    return listed.includes(located('test://static-text'));
  });
  await feature('resources/templates/list', async () => {
    const listed = (await ask('resources/templates/list')).resourceTemplates;
    return listed.some((one) => one.uriTemplate === located('test://template/{id}/data'));
  });
  await feature('resources/read', async () => {
    const uri = located('test://template/77/data');
    const { contents } = await ask('resources/read', '--uri', uri);
    return (contents[0].uri === uri) + ' ' + JSON.parse(contents[0].text).id;
  });
  await feature('prompts/list', async () => {
    const listed = (await ask('prompts/list')).prompts.map((one) => one.name);
    return listed.includes(named('test_prompt_with_arguments'));
  });
  await feature('prompts/get', async () => {
    const options = ['--prompt-name', named('test_prompt_with_arguments')];
    const prompt = await ask('prompts/get', ...options, '--prompt-args', 'arg1=north', 'arg2=west');
    return prompt.messages[0].content.text;
  });
  if (era === 'legacy') {
    await feature('logging', async () =>
      JSON.stringify(await ask('logging/setLevel', '--log-level', 'debug')));
  }
}

for (let i = 0; i < stops.length; i += 3) {
  await tour(...stops.slice(i, i + 3));
}
