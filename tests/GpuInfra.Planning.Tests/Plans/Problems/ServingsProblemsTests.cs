namespace GpuInfra.Planning.Tests.Plans.Problems;

/// <summary>What an author reads after a slip in servings: the part of a good plan, what was written instead, the whole message.</summary>
public class ServingsProblemsTests
{
    [Theory]
    [InlineData(
        "model: llama-3.1-8b",
        "model: llama-3.1-8",
        "x.yaml:11:12 servings.assistant.model: unknown model \"llama-3.1-8\" (did you mean \"llama-3.1-8b\"?)")]
    [InlineData(
        "model: llama-3.1-8b",
        "model: gpt-4",
        "x.yaml:11:12 servings.assistant.model: unknown model \"gpt-4\"; the command catalog lists the 84 that are known")]
    [InlineData(
        "    kind: online\n",
        "    kind: training\n",
        "x.yaml:10:11 servings.assistant.kind: kind training is not sized yet: plan it outside and leave it out here")]
    [InlineData(
        "    kind: online\n",
        "    kind: embedding\n",
        "x.yaml:10:11 servings.assistant.kind: llama-3.1-8b generates text, so the kind is not embedding\n"
        + "x.yaml:13:14 servings.assistant.latency: only online and experimentation servings promise a latency: leave it out")]
    [InlineData(
        "maxContextTokens: 16384",
        "maxContextTokens: 200k",
        "x.yaml:12:23 servings.assistant.maxContextTokens: is above the 131072 tokens that llama-3.1-8b was made for")]
    [InlineData(
        "maxContextTokens: 16384",
        "precision: auto",
        "x.yaml:12:16 servings.assistant.precision: auto chooses among approved weights: name them under artefacts, each with precision, uri, revision and sha256")]
    [InlineData(
        "maxContextTokens: 16384",
        "precision: fp9",
        "x.yaml:12:16 servings.assistant.precision: \"fp9\" is not one of native, fp16, bf16, fp8, int8, int4, fp4, mxfp4, fp32, auto (did you mean \"fp4\"?)")]
    [InlineData(
        "    latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms }\n",
        "",
        "x.yaml:9:5 servings.assistant: latency is missing: an online serving says what users are promised, as latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms }")]
    [InlineData(
        "timeToFirstToken: 2s",
        "timeToFirstToken: 2",
        "x.yaml:13:34 servings.assistant.latency.timeToFirstToken: \"2\" has no unit: write 2ms, 2s, 2m or 2h")]
    [InlineData(
        "timeToFirstToken: 2s",
        "timeToFirstToken: 2 sec",
        "x.yaml:13:34 servings.assistant.latency.timeToFirstToken: \"2 sec\" is not a duration: its unit is one of ms, s, m (minutes) and h")]
    [InlineData(
        "timeToFirstToken: 2s",
        "timeToFirstToken: 2h",
        "x.yaml:13:34 servings.assistant.latency.timeToFirstToken: \"2h\" is outside the range from 1ms to 1h")]
    [InlineData(
        "timePerOutputToken: 50ms",
        "timePerOutputToken: 50ms, percentile: 100",
        "x.yaml:13:76 servings.assistant.latency.percentile: \"100\" is outside the range from 50 to 99")]
    [InlineData(
        "name: assistant",
        "name: Assistant",
        "x.yaml:9:11 servings.Assistant.name: \"Assistant\" is not a name: 1 to 20 lower-case letters, digits and hyphens, beginning with a letter, not ending with a hyphen")]
    [InlineData(
        "name: assistant",
        "name: yes",
        "x.yaml:9:11 servings.yes.name: write \"yes\" with its quotes: without them other YAML tools take it for a number or for true or false")]
    [InlineData(
        "servings:\n",
        "servings:\n  - { name: spare, kind: batch, model: llama-3.1-8b }\n",
        "x.yaml:9:5 servings.spare: no workload uses this serving: add one, or leave the serving out")]
    [InlineData(
        "servings:\n",
        "servings:\n  - { name: assistant, kind: batch, model: llama-3.1-8b }\n",
        "x.yaml:10:11 servings.assistant: \"assistant\" stands here twice; the first is on line 9")]
    [InlineData(
        "servings:\n",
        "servings:\n  - { name: index, kind: batch, model: llama-3.1-8b }\n",
        "x.yaml:20:5 workloads.index: has keys of a serving, and there is a serving of the same name: name it with \"serving: index\", or rename one")]
    public void Servings_that_cannot_be_are_refused(string? part, string replacement, string problems) =>
        Assert.Equal(problems, PlanYaml.Problems(part is null ? PlanYaml.Plus(replacement) : PlanYaml.With(part, replacement)));
}
