namespace GpuInfra.Planning.Tests.Plans.Problems;

/// <summary>What an author reads after a slip in workloads and their demand: the part of a good plan, what was written instead, the whole message.</summary>
public class WorkloadsProblemsTests
{
    [Theory]
    [InlineData(
        "serving: assistant",
        "serving: asistant",
        "x.yaml:17:14 workloads.chat.serving: unknown serving \"asistant\" (did you mean \"assistant\"?)")]
    [InlineData(
        "    team: support\n    serving",
        "    team: suport\n    serving",
        "x.yaml:16:11 workloads.chat.team: unknown team \"suport\" (did you mean \"support\"?)")]
    [InlineData(
        "    team: support\n    serving",
        "    serving",
        "x.yaml:15:5 workloads.chat: team is missing: one of support")]
    [InlineData(
        "name: chat",
        "name: index",
        "x.yaml:19:11 workloads.index: \"index\" stands here twice; the first is on line 15")]
    [InlineData(
        "    serving: assistant\n",
        "    serving: assistant\n    kind: online\n",
        "x.yaml:18:11 workloads.chat.kind: belongs to the serving \"assistant\" that this workload names: write it there")]
    [InlineData(
        "    kind: embedding\n    model: bge-large\n",
        "",
        "x.yaml:19:5 workloads.index: serving is missing: name one below servings, or give this workload kind, model and so on itself")]
    [InlineData(
        "    model: bge-large\n",
        "",
        "x.yaml:19:5 workloads.index: model is missing, since this workload names no serving: The model, by its id or an alias in the catalog, or your own by its config.json.")]
    [InlineData(
        "name: index",
        "name: a-name-longer-than-twenty",
        "x.yaml:19:11 workloads.a-name-longer-than-twenty.name: a serving gets this name, so it has at most 20 characters")]
    [InlineData(
        "profile: azure-conv-2023",
        "profile: azure-conv-2024",
        "x.yaml:18:24 workloads.chat.demand.profile: unknown profile \"azure-conv-2024\" (did you mean \"azure-conv-2023\"?)")]
    [InlineData(
        ", scale: 4",
        "",
        "x.yaml:18:13 workloads.chat.demand: scale is missing: Factor on the profile's request rate: 40 is forty times the trace.")]
    [InlineData(
        "scale: 4",
        "scale: 4, requestsPerDay: 1M",
        "x.yaml:18:13 workloads.chat.demand: needs either profile and scale, or inputTokensPerDay, outputTokensPerDay and requestsPerDay, or users, requestsPerUserPerDay, inputTokensPerRequest and outputTokensPerRequest")]
    [InlineData(
        "scale: 4",
        "scale: 4, users: 50k",
        "x.yaml:18:13 workloads.chat.demand: needs either profile and scale, or inputTokensPerDay, outputTokensPerDay and requestsPerDay, or users, requestsPerUserPerDay, inputTokensPerRequest and outputTokensPerRequest")]
    [InlineData(
        "demand: { profile: azure-conv-2023, scale: 4 }",
        "demand: { users: 50k, inputTokensPerRequest: 900, peakToMean: 3 }",
        "x.yaml:18:13 workloads.chat.demand: requestsPerUserPerDay is missing: Mean requests of one of the users on a day, as 12.")]
    [InlineData(
        "demand: { profile: azure-conv-2023, scale: 4 }",
        "demand: { users: -1, requestsPerUserPerDay: 12, inputTokensPerRequest: 900, outputTokensPerRequest: 250, peakToMean: 3 }",
        "x.yaml:18:22 workloads.chat.demand.users: \"-1\" is outside the range from 1 to 100B")]
    [InlineData(
        "demand: { profile: azure-conv-2023, scale: 4 }",
        "demand: { users: 50k, requestsPerUserPerDay: 12, inputTokensPerRequest: 900, peakToMean: 3 }",
        "x.yaml:18:13 workloads.chat.demand: outputTokensPerRequest is missing or 0, and llama-3.1-8b generates tokens")]
    [InlineData(
        "demand: { profile: azure-conv-2023, scale: 4 }",
        "demand: { users: 50k, requestsPerUserPerDay: 12, inputTokensPerRequest: 900, outputTokensPerRequest: 250 }",
        "x.yaml:18:13 workloads.chat.demand: peakToMean is missing: how far the peak minute lies above the mean, as 3")]
    [InlineData(
        "scale: 4",
        "scale: -4",
        "x.yaml:18:48 workloads.chat.demand.scale: \"-4\" is outside the range from 0.000001 to 1M")]
    [InlineData(
        "scale: 4",
        "scale: 0",
        "x.yaml:18:48 workloads.chat.demand.scale: \"0\" is outside the range from 0.000001 to 1M")]
    [InlineData(
        "scale: 4",
        "scale: 1e309",
        "x.yaml:18:48 workloads.chat.demand.scale: \"1e309\" is beyond what a number can hold")]
    [InlineData(
        "scale: 4",
        "scale: .nan",
        "x.yaml:18:48 workloads.chat.demand.scale: \".nan\" is not a finite number")]
    [InlineData(
        "scale: 4",
        "scale: many",
        "x.yaml:18:48 workloads.chat.demand.scale: \"many\" is not a number")]
    [InlineData(
        "scale: 4",
        "scale: \"4,000\"",
        "x.yaml:18:48 workloads.chat.demand.scale: \"4,000\" is not a number: write it without thousands separators, and decimals with a point")]
    [InlineData(
        "scale: 4",
        "scale: 010",
        "x.yaml:18:48 workloads.chat.demand.scale: \"010\" begins with a zero, which other tools read as octal: leave it out")]
    [InlineData(
        "scale: 4",
        "scale: 0x10",
        "x.yaml:18:48 workloads.chat.demand.scale: \"0x10\" is hexadecimal: write it in decimal")]
    [InlineData(
        "scale: 4",
        "scale: 4m",
        "x.yaml:18:48 workloads.chat.demand.scale: \"4m\" is ambiguous: a million is written M")]
    [InlineData(
        "scale: 4",
        "scale: 1M",
        "x.yaml:18:13 workloads.chat.demand: with its growth it comes to 7.6e+9 tokens per second; above 1B is beyond any fleet, so a figure has zeros too many")]
    [InlineData(
        "scale: 4",
        "scale: 4, peakToMean: 119",
        "x.yaml:18:63 workloads.chat.demand.peakToMean: \"119\" is outside the range from 1 to 118")]
    [InlineData(
        "scale: 4",
        "scale: 4, window: { from: \"01:00\", to: \"05:00\" }",
        "x.yaml:18:59 workloads.chat.demand.window: online servings answer at any hour: leave it out and let peakToMean tell the peak")]
    [InlineData(
        "maxContextTokens: 16384",
        "maxContextTokens: 1024",
        "x.yaml:18:13 workloads.chat.demand: the mean request has 1366 tokens, above the serving's maxContextTokens of 1024")]
    [InlineData(
        "requestsPerDay: 15M",
        "requestsPerDay: 15M, outputTokensPerDay: 1M",
        "x.yaml:23:79 workloads.index.demand.outputTokensPerDay: bge-large makes embeddings and has no output tokens")]
    [InlineData(
        "requestsPerDay: 15M",
        "requestsPerDay: 7B",
        "x.yaml:23:34 workloads.index.demand.inputTokensPerDay: is less than one token per request: check it against requestsPerDay")]
    [InlineData(
        "requestsPerDay: 15M",
        "requestsPerDay: 1M",
        "x.yaml:23:13 workloads.index.demand: the mean request has 6000 tokens, above the serving's maxContextTokens of 512")]
    [InlineData(
        "requestsPerDay: 15M",
        "requestsPerDay: 15M, window: { from: \"01:00\", to: \"01:00\" }",
        "x.yaml:23:67 workloads.index.demand.window: begins and ends at the same time; for work that always runs, leave it out")]
    [InlineData(
        "requestsPerDay: 15M",
        "requestsPerDay: 15M, window: { from: 1:00, to: \"24:00\", zone: Europe/Berln, days: Mo-Fr }",
        "x.yaml:23:75 workloads.index.demand.window.from: \"1:00\" is not a time of day: write it from \"00:00\" to \"23:59\"\n"
        + "x.yaml:23:85 workloads.index.demand.window.to: \"24:00\" is not a time of day: write it from \"00:00\" to \"23:59\"\n"
        + "x.yaml:23:100 workloads.index.demand.window.zone: \"Europe/Berln\" is not an IANA time zone, as Europe/Berlin or Etc/UTC (did you mean \"Europe/Berlin\"?)\n"
        + "x.yaml:23:120 workloads.index.demand.window.days: \"Mo-Fr\" is not a run of days: write Mon-Fri, Sat-Sun or Sun")]
    [InlineData(
        "demand: { profile: azure-conv-2023, scale: 4 }",
        "demand: { inputTokensPerDay: 800M, outputTokensPerDay: 200M, requestsPerDay: 1M }",
        "x.yaml:18:13 workloads.chat.demand: peakToMean is missing: how far the peak minute lies above the mean, as 3")]
    [InlineData(
        "demand: { profile: azure-conv-2023, scale: 4 }",
        "demand: { inputTokensPerDay: 800M, requestsPerDay: 1M, peakToMean: 3 }",
        "x.yaml:18:13 workloads.chat.demand: outputTokensPerDay is missing or 0, and llama-3.1-8b generates tokens")]
    [InlineData(
        null,
        "growth: { monthly: 100% }\nhorizonMonths: 60",
        "x.yaml:18:13 workloads.chat.demand: with its growth it comes to 3.5e+22 tokens per second; above 1B is beyond any fleet, so a figure has zeros too many\n"
        + "x.yaml:23:13 workloads.index.demand: with its growth it comes to 8e+22 tokens per second; above 1B is beyond any fleet, so a figure has zeros too many")]
    public void Workloads_that_cannot_be_are_refused(string? part, string replacement, string problems) =>
        Assert.Equal(problems, PlanYaml.Problems(part is null ? PlanYaml.Plus(replacement) : PlanYaml.With(part, replacement)));
}
