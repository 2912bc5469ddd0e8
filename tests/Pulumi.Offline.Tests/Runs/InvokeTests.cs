using System.Collections.Immutable;
using Aws = Pulumi.Aws;

namespace Pulumi.Offline.Tests.Runs;

public sealed class InvokeTests
{
    [Fact]
    public async Task A_known_function_answers_from_the_providers_configuration()
    {
        string? region = null;
        var result = await Offline.RunAsync(Offline.Options with { CheckSchemas = true }, () =>
        {
            var provider = new Aws.Provider("p", new Aws.ProviderArgs { Region = "eu-west-1" });
            Aws.GetRegion.Invoke(null, new InvokeOptions { Provider = provider }).Apply(answer => region = answer.Region);
        });
        Assert.Empty(result.Errors);
        Assert.Equal("eu-west-1", region);
        Assert.Equal("aws:index/getRegion:getRegion", Assert.Single(result.Preview.Invokes).Token);
    }

    [Fact]
    public async Task A_function_without_an_answer_fails_the_run_by_name()
    {
        var result = await Offline.RunAsync(() => _ = Deployment.Instance.Invoke<ImmutableDictionary<string, object>>("a:b/c:d", InvokeArgs.Empty));
        Assert.Contains("'a:b/c:d'", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Null(Assert.Single(result.Preview.Invokes).Result);
    }

    [Fact]
    public async Task A_run_can_be_given_answers_and_unknown_arguments_leave_the_result_unknown()
    {
        var options = Offline.Options with
        {
            InvokeAnswers = new Dictionary<string, InvokeAnswer> { ["a:b/c:d"] = args => args },
        };
        var result = await Offline.RunAsync(options, () =>
        {
            var thing = new Thing("a");
            var answer = Deployment.Instance.InvokeSingle<string>("a:b/c:d", new EchoArgs { Text = thing.Id }, new InvokeOutputOptions());
            _ = new Thing("b", new ThingArgs { Label = answer });
        });

        Assert.Empty(result.Errors);
        Assert.IsType<PropertyValue.Unknown>(result.Preview.Named("b").Input("label"));
        Assert.Equal(new PropertyValue.Text("a-id"), result.Resolved.Named("b").Input("label"));
        Assert.Equal([result.Preview.Named("a").Urn], result.Preview.Named("b").Dependencies.AsEnumerable());
        Assert.Empty(result.Preview.Invokes);
        Assert.Single(result.Resolved.Invokes);
    }

    [Fact]
    public async Task Inputs_are_held_to_the_schema()
    {
        var result = await Offline.RunAsync(Offline.Options with { CheckSchemas = true }, () => _ = new CustomResource(
            "aws:sqs/queue:Queue", "q", new DictionaryResourceArgs(ImmutableDictionary<string, object?>.Empty.Add("nmae", "x"))));
        Assert.False(result.Succeeded);
        var problem = Assert.Single(result.Preview.Problems);
        Assert.Equal("nmae", problem.Path);
        Assert.EndsWith("::q", problem.Subject, StringComparison.Ordinal);
    }

    private sealed class EchoArgs : InvokeArgs
    {
        [Input("text", required: true)]
        public Input<string> Text { get; set; } = null!;
    }
}
