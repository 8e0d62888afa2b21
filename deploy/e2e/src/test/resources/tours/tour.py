"""A tour by a client of the Python SDK: one line per feature, "<stop>\t<feature>\t<seen>".

    python tour.py <legacy|modern> {<stop> <url> <server or "">}...

With a server's name the endpoint is the federated one, where names and URIs carry it.
"""

import json
import sys
import warnings

import anyio
import httpx2
import mcp_types as types
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

DEADLINE_S = 60
MODERN = "2026-07-28"
TOOLS = [
    "add", "slow", "test_audio_content", "test_embedded_resource", "test_error_handling",
    "test_image_content", "test_sampling", "test_tool_with_logging", "test_tool_with_progress",
]


class Told:
    """What the server told and asked this client."""

    def __init__(self):
        self.logs, self.updated, self.changed = [], [], 0

    async def log(self, params):
        self.logs.append(params.data)

    async def message(self, message):
        if isinstance(message, types.ResourceUpdatedNotification):
            self.updated.append(str(message.params.uri))
        if isinstance(message, types.ToolListChangedNotification):
            self.changed += 1


async def sample(_, params):
    text = "sampled " + params.messages[0].content.text
    return types.CreateMessageResult(
        role="assistant", model="e2e-model", content=types.TextContent(type="text", text=text)
    )


async def elicit(_, params):
    asked = params.requested_schema["properties"]
    return types.ElicitResult(action="accept", content={p: p + " of ariadne" for p in asked})


async def roots(_):
    return types.ListRootsResult(roots=[types.Root(uri="file:///sea/ariadne", name="ariadne")])


async def eventually(what, is_so, again=None):
    """Waits until what is asked is so; what changes nothing yet may be repeated."""
    with anyio.move_on_after(DEADLINE_S):
        tries = 0
        while not is_so():
            await anyio.sleep(0.02)
            tries += 1
            if again is not None and tries % 100 == 0:
                await again()
        return
    raise TimeoutError(f"{what}: not within {DEADLINE_S} s")


class Tour:
    def __init__(self, client, told, era, stop, server):
        self.client, self.told, self.modern = client, told, era == "modern"
        self.stop, self.server = stop, server

    def named(self, name):
        return f"{self.server}__{name}" if self.server else name

    def located(self, uri):
        return f"{self.server}+{uri}" if self.server else uri

    async def tool(self, name, arguments=None, **options):
        return await self.client.call_tool(self.named(name), arguments or {}, **options)

    async def text(self, name, arguments=None):
        result = await self.tool(name, arguments)
        text = ",".join(block.text for block in result.content)
        return text + (" (error)" if result.is_error else "")

    async def initialize(self):
        return self.client.protocol_version

    async def tools_list(self):
        listed = {tool.name for tool in (await self.client.list_tools()).tools}
        return " ".join(name for name in TOOLS if self.named(name) in listed)

    async def tools_call(self):
        result = await self.tool("add", {"left": 2, "right": 3})
        structured = json.dumps(result.structured_content, separators=(",", ":"))
        return f"{result.content[0].text} {structured}"

    async def content(self):
        tools = ["test_image_content", "test_audio_content", "test_embedded_resource"]
        return " ".join([(await self.tool(name)).content[0].type for name in tools])

    async def errors(self):
        failed = await self.tool("test_error_handling")
        try:
            await self.tool("no_such_tool")
            return "an unknown tool answered"
        except MCPError as e:
            return f"{str(failed.is_error).lower()} {e.error.code}"

    async def progress(self):
        reports = []

        async def report(progress, _total, _message):
            reports.append(progress)

        await self.tool("test_tool_with_progress", progress_callback=report)
        # Each report is handled by a task of its own.
        await eventually("three reports", lambda: len(reports) >= 3)
        return " ".join(f"{report:g}" for report in sorted(reports))

    async def logging(self):
        if not self.modern:
            await self.client.set_logging_level("debug")
        self.told.logs.clear()
        await self.tool("test_tool_with_logging")
        await eventually("three messages", lambda: len(self.told.logs) >= 3)
        return ", ".join(sorted(self.told.logs))

    async def sampling(self):
        return await self.text("test_sampling", {"prompt": "where to?"})

    async def elicitation(self):
        return await self.text("test_input_required_result_elicitation")

    async def elicitation_twice(self):
        return await self.text("test_input_required_result_multi_round")

    async def roots(self):
        return await self.text("test_input_required_result_list_roots")

    async def resources_list(self):
        listed = [str(one.uri) for one in (await self.client.list_resources()).resources]
        return self.located("test://static-text") in listed

    async def resources_templates_list(self):
        listed = (await self.client.list_resource_templates()).resource_templates
        wanted = self.located("test://template/{id}/data")
        return any(one.uri_template == wanted for one in listed)

    async def resources_read(self):
        uri = self.located("test://template/77/data")
        first = (await self.client.read_resource(uri)).contents[0]
        return f"{str(str(first.uri) == uri).lower()} {json.loads(first.text)['id']}"

    async def subscription(self):
        uri = self.located("test://watched-resource")

        async def update():
            await self.tool("test_trigger_resource_update", {"uri": "test://watched-resource"})

        async def updated():
            await update()
            await eventually("an update", lambda: uri in self.told.updated, update)

        if self.modern:
            async with self.client.listen(resource_subscriptions=[uri]):
                await updated()
        else:
            await self.client.subscribe_resource(uri)
            await updated()
            await self.client.unsubscribe_resource(uri)
        return all(one == uri for one in self.told.updated)

    async def list_changed(self):
        async def change():
            await self.tool("test_trigger_tool_change")

        async def changed():
            await change()
            await eventually("a change", lambda: self.told.changed > 0, change)

        if self.modern:
            async with self.client.listen(tools_list_changed=True):
                await changed()
        else:
            await changed()
        return True

    async def prompts_list(self):
        listed = [one.name for one in (await self.client.list_prompts()).prompts]
        return self.named("test_prompt_with_arguments") in listed

    async def prompts_get(self):
        name = self.named("test_prompt_with_arguments")
        prompt = await self.client.get_prompt(name, {"arg1": "north", "arg2": "west"})
        return prompt.messages[0].content.text

    async def prompts_get_asks(self):
        prompt = await self.client.get_prompt(self.named("test_input_required_result_prompt"))
        return prompt.messages[0].content.text

    async def completion(self):
        template = types.ResourceTemplateReference(
            type="ref/resource", uri=self.located("test://template/{id}/data")
        )
        prompt = types.PromptReference(
            type="ref/prompt", name=self.named("test_prompt_with_arguments")
        )
        of_template = await self.client.complete(template, {"name": "id", "value": "par"})
        of_prompt = await self.client.complete(prompt, {"name": "arg1", "value": "te"})
        return " ".join(of_template.completion.values + of_prompt.completion.values)

    async def cancellation(self):
        ended = "cancelled"
        with anyio.CancelScope() as scope:

            async def report(_progress, _total, _message):
                scope.cancel()

            slow = {"durationMillis": 60_000, "steps": 600}
            await self.tool("slow", slow, progress_callback=report)
            ended = "answered"
        again = await self.tool("add", {"left": 20, "right": 3})
        return f"{ended}, then {again.content[0].text}"

    async def ping(self):
        return (await self.client.send_ping()).model_dump_json(exclude_none=True)

    async def see(self, name, feature):
        try:
            seen = await feature()
            seen = str(seen).lower() if isinstance(seen, bool) else seen
        except Exception as e:
            seen = "FAILED: " + " ".join(repr(e).split())
        print(self.stop, name, seen, sep="\t", flush=True)

    async def everything(self):
        await self.see("initialize", self.initialize)
        await self.see("tools/list", self.tools_list)
        await self.see("tools/call", self.tools_call)
        await self.see("content", self.content)
        await self.see("errors", self.errors)
        await self.see("progress", self.progress)
        await self.see("logging", self.logging)
        await self.see("sampling", self.sampling)
        await self.see("elicitation", self.elicitation)
        await self.see("elicitation twice", self.elicitation_twice)
        await self.see("roots", self.roots)
        await self.see("resources/list", self.resources_list)
        await self.see("resources/templates/list", self.resources_templates_list)
        await self.see("resources/read", self.resources_read)
        await self.see("subscription", self.subscription)
        await self.see("list changed", self.list_changed)
        await self.see("prompts/list", self.prompts_list)
        await self.see("prompts/get", self.prompts_get)
        await self.see("prompts/get asks", self.prompts_get_asks)
        await self.see("completion", self.completion)
        await self.see("cancellation", self.cancellation)
        if not self.modern:
            await self.see("ping", self.ping)


async def main(era, *stops):
    for stop, url, server in zip(*[iter(stops)] * 3, strict=True):
        told, deleted = Told(), []

        async def note(response):
            if response.request.method == "DELETE":
                deleted.append(str(response.status_code))

        http = httpx2.AsyncClient(timeout=DEADLINE_S, event_hooks={"response": [note]})
        client = Client(
            streamable_http_client(url, http_client=http),
            mode=MODERN if era == "modern" else "legacy",
            client_info=types.Implementation(name="ariadne", version="1"),
            sampling_callback=sample,
            elicitation_callback=elicit,
            list_roots_callback=roots,
            logging_callback=told.log,
            log_level="debug",
            message_handler=told.message,
        )
        async with http:
            async with client:
                await Tour(client, told, era, stop, server).everything()
        if era == "legacy":  # leaving ends the session
            print(stop, "DELETE", ",".join(deleted), sep="\t", flush=True)


warnings.simplefilter("ignore")  # that some features are deprecated in the newer era
anyio.run(main, *sys.argv[1:])
