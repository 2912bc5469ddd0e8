using System.Text.Json;
using Pulumi.Utilities;

namespace Pulumi.Offline.Tests.Runs;

public sealed class ValueTests
{
    [Fact]
    public async Task In_a_preview_computed_values_are_unknown_and_their_callbacks_do_not_run()
    {
        var seen = new List<string>();
        var result = await Offline.RunWellAsync(() =>
        {
            var thing = new Thing("a", new ThingArgs { Label = "given" });
            var id = thing.Id.Apply(value =>
            {
                seen.Add(value);
                return $"{value}!";
            });
            _ = new Thing("b", new ThingArgs { Label = id });
        });

        Assert.Equal(["a-id"], seen);
        Assert.IsType<PropertyValue.Unknown>(result.Preview.Named("b").Input("label"));
        Assert.Equal(new PropertyValue.Text("a-id!"), result.Resolved.Named("b").Input("label"));
    }

    [Fact]
    public async Task An_output_that_repeats_an_input_is_known_in_a_preview()
    {
        var result = await Offline.RunWellAsync(() =>
        {
            var thing = new Thing("a", new ThingArgs { Label = "given" });
            _ = new Thing("b", new ThingArgs { Label = thing.Label!, Zones = new Input<string>[] { thing.Arn, "known" } });
        });

        Assert.Equal(new PropertyValue.Text("given"), result.Preview.Named("b").Input("label"));
        Assert.Equal("""[{"unknown":true},"known"]""", result.Preview.Named("b").Input("zones").Json());
    }

    [Fact]
    public async Task A_resolved_run_invents_by_name_and_type_and_completes_what_was_given()
    {
        ThingPart? part = null;
        var result = await Offline.RunWellAsync(() =>
        {
            var thing = new Thing("a", new ThingArgs { Parts = new ThingPartArgs { Name = "disk" } });
            thing.Parts.Apply(parts => part = parts[0]);
            _ = new Thing("b", new ThingArgs { Label = Output.Format($"{thing.Arn} {thing.Size} {thing.Label}") });
        });

        Assert.Equal("arn:aws:index:us-east-1:000000000000:arn/a 1 ", ((PropertyValue.Text)result.Resolved.Named("b").Input("label")).Value);
        Assert.Equal(("disk", "a-id", null), (part!.Name, part.Id, part.Count));
    }

    [Fact]
    public async Task A_secret_is_marked_where_it_stands_and_never_written()
    {
        var result = await Offline.RunWellAsync(() =>
        {
            var password = Output.CreateSecret("hunter2");
            _ = new Thing("a", new ThingArgs
            {
                Label = Output.Format($"user:{password}"),
                Tags = { ["plain"] = "x", ["hidden"] = password },
                Policy = new ThingPartArgs { Name = password },
            });
        });

        var resource = result.Preview.Named("a");
        Assert.Equal("""{"hidden":{"secret":true},"plain":"x"}""", resource.Input("tags").Json());
        Assert.IsType<PropertyValue.Secret>(resource.Input("label"));
        Assert.IsType<PropertyValue.Secret>(resource.Input("policy"));
        Assert.DoesNotContain("hunter2", RecordJson.ToText(result.Preview), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Additional_secret_outputs_are_secrets()
    {
        var isSecret = false;
        await Offline.RunWellAsync(() =>
        {
            var thing = new Thing("a", null, new CustomResourceOptions { AdditionalSecretOutputs = { "arn" } });
            _ = Output.Create(Task.Run(async () => isSecret = await Output.IsSecretAsync(thing.Arn)));
        });
        Assert.True(isSecret);
    }

    [Fact]
    public async Task Inputs_are_recorded_as_they_are_sent()
    {
        var result = await Offline.RunWellAsync(() => _ = new Thing("a", new ThingArgs
        {
            Policy = new ThingPartArgs { Name = "\"p\" <ä>", Count = 2 },
            Colour = Colour.Red,
            Document = JsonDocument.Parse("""{"b":[1,2.5,true,null],"a":null}"""),
            Parts = new[] { new ThingPartArgs { Name = "x", Count = 3 } },
            Asset = new StringAsset("echo"),
        }));

        var inputs = result.Preview.Named("a").Inputs;
        Assert.Equal(new PropertyValue.Text("""{ "count": 2, "name": "\"p\" \u003cä\u003e" }"""), inputs.Members["policy"]);
        Assert.Equal("red", ((PropertyValue.Text)inputs.Members["colour"]).Value);
        Assert.Equal("""{"b":[1,2.5,true,null]}""", inputs.Members["document"].Json());
        Assert.Equal("""[{"count":3,"name":"x"}]""", inputs.Members["parts"].Json());
        Assert.Equal("""{"asset":"string","content":"echo"}""", inputs.Members["user"].Json());
        Assert.Equal(["colour", "document", "parts", "policy", "user"], inputs.Members.Keys);
    }

    [Fact]
    public async Task An_archive_comes_back_as_an_archive()
    {
        Archive? code = null;
        await Offline.RunWellAsync(() =>
        {
            var function = new Aws.Lambda.Function("f", new Aws.Lambda.FunctionArgs
            {
                Role = "arn:aws:iam::1:role/r",
                Code = new AssetArchive(new Dictionary<string, AssetOrArchive> { ["a.py"] = new StringAsset("pass") }),
            });
            _ = function.Code.Apply(archive => code = archive);
        });
        Assert.IsType<AssetArchive>(code);
    }

    [Fact]
    public async Task A_missing_required_input_fails_the_run()
    {
        var result = await Offline.RunAsync(() => _ = new Thing("a", new ThingArgs { Parts = new ThingPartArgs() }));
        Assert.False(result.Succeeded);
        Assert.Contains("ThingPartArgs.Name is required but was not given a value", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_that_survives_into_a_resolved_run_is_a_problem()
    {
        var result = await Offline.RunAsync(() => _ = new Thing("a", new ThingArgs
        {
            Label = OutputUtilities.CreateUnknown("x"),
        }));
        Assert.Empty(result.Preview.Problems);
        Assert.Equal("label", Assert.Single(result.Resolved.Problems).Path);
    }
}
