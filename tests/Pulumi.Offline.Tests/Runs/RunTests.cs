using System.Collections.Immutable;

namespace Pulumi.Offline.Tests.Runs;

public sealed class RunTests
{
    [Fact]
    public async Task An_exception_in_a_callback_fails_the_run_though_nobody_awaits_the_output()
    {
        var result = await Offline.RunAsync(() =>
            _ = Offline.Failing(new InvalidOperationException("boom")));
        Assert.Equal((32, 32), (result.Preview.ExitCode, result.Resolved.ExitCode));
        Assert.Contains("failed with an unhandled exception:", result.Preview.Errors[0], StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException: boom", result.Preview.Errors[0], StringComparison.Ordinal);
        Assert.Contains("   at ", result.Preview.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_failure_is_shown_once_however_much_derives_from_it()
    {
        var result = await Offline.RunAsync(() =>
        {
            var bad = Offline.Failing(new RunException("no such thing"));
            var thing = new Thing("a", new ThingArgs { Label = bad });
            _ = new Thing("b", new ThingArgs { Label = thing.Id });
        });
        Assert.Equal("no such thing", Assert.Single(result.Errors));
        Assert.Equal(["fleet-dev"], result.Preview.Resources.Select(resource => resource.Name));
    }

    [Fact]
    public async Task A_RunException_is_shown_without_a_stack_trace_and_a_logged_error_fails_the_run()
    {
        var thrown = await Offline.RunAsync(() => throw new RunException("the plan is bad"));
        Assert.Equal(["the plan is bad"], thrown.Errors.AsEnumerable());

        var logged = await Offline.RunAsync(() =>
        {
            Log.Info("fine");
            Log.Error("not fine");
        });
        Assert.Equal(1, logged.Preview.ExitCode);
        Assert.Equal(["not fine"], logged.Errors.AsEnumerable());
        Assert.Equal(LogSeverity.Info, logged.Preview.Logs[0].Severity);
    }

    [Fact]
    public async Task The_entry_point_is_run_and_its_stack_outputs_are_recorded()
    {
        var result = await OfflineDeployment.RunAsync(Offline.Options, () => Deployment.RunAsync(async () =>
        {
            await Task.Delay(1);
            var instance = Deployment.Instance;
            var thing = new Thing("a");
            return new Dictionary<string, object?>
            {
                ["where"] = $"{instance.OrganizationName}/{instance.ProjectName}/{instance.StackName} {instance.RootDirectory}",
                ["id"] = thing.Id,
                ["nothing"] = null,
                ["count"] = 3,
            };
        }));

        Assert.Empty(result.Errors);
        Assert.Equal("""{"count":3,"id":{"unknown":true},"where":"organization/fleet/dev /work"}""", result.Preview.Outputs.Json());
        Assert.Equal("""{"count":3,"id":"a-id","where":"organization/fleet/dev /work"}""", result.Resolved.Outputs.Json());
    }

    [Fact]
    public async Task A_stack_class_gives_its_output_properties()
    {
        var result = await OfflineDeployment.RunAsync(Offline.Options, () => Deployment.RunAsync<FleetStack>());
        Assert.Equal("""{"arn":{"unknown":true}}""", result.Preview.Outputs.Json());
    }

    [Fact]
    public async Task A_program_needs_a_run_around_it_and_has_to_join_it()
    {
        var alone = await Assert.ThrowsAsync<InvalidOperationException>(() => Deployment.RunAsync(() => { }));
        Assert.Contains("pulumi up", alone.Message, StringComparison.Ordinal);
        Assert.Contains("gpuinfra preview", alone.Message, StringComparison.Ordinal);

        var idle = await OfflineDeployment.RunAsync(Offline.Options, () => Task.FromResult(0));
        Assert.Equal(["The program ended without calling Deployment.RunAsync."], idle.Errors.AsEnumerable());
        var silent = await OfflineDeployment.RunAsync(Offline.Options, async () => await Deployment.RunAsync(() => { }) + 5);
        Assert.Equal(["The program ended with exit code 5."], silent.Errors.AsEnumerable());
        var failed = await OfflineDeployment.RunAsync(
            Offline.Options, new Func<Task<int>>(() => throw new RunException("before it began")));
        Assert.Equal(["before it began"], failed.Errors.AsEnumerable());
    }

    [Fact]
    public async Task The_same_program_gives_the_same_bytes_whatever_the_order_of_its_statements()
    {
        static Action Program(IEnumerable<string> names) => () =>
        {
            foreach (var name in names)
            {
                var thing = new Thing(name, new ThingArgs { Tags = { ["b"] = "2", ["a"] = "1", ["c"] = name } });
                _ = new Group($"g-{name}", new ComponentResourceOptions { Parent = thing }, "x", "y");
            }
        };

        var names = Enumerable.Range(0, 20).Select(number => $"n{number}").ToArray();
        var first = await Offline.RunWellAsync(Program(names));
        var second = await Offline.RunWellAsync(Program(names.Reverse()));
        Assert.Equal(RecordJson.ToText(first.Preview), RecordJson.ToText(second.Preview));
        Assert.Equal(RecordJson.ToText(first.Resolved), RecordJson.ToText(second.Resolved));
    }

    [Fact]
    public async Task Callbacks_run_after_the_constructor_and_in_program_order()
    {
        var order = new List<string>();
        await Offline.RunWellAsync(() =>
        {
            foreach (var name in new[] { "a", "b", "c" })
            {
                new Thing(name).Urn.Apply(urn =>
                {
                    order.Add(urn[^1..]);
                    return urn;
                });
            }

            order.Add("end");
        });
        Assert.Equal(["end", "a", "b", "c", "end", "a", "b", "c"], order);
    }

    [Fact]
    public async Task A_record_is_readable_JSON()
    {
        var result = await Offline.RunWellAsync(() => _ = new Thing("a", new ThingArgs { Label = "x", Colour = 2 }));
        var json = RecordJson.ToText(result.Preview.Named("a"));
        Assert.Equal(
            """
            {
              "urn": "urn:pulumi:dev::fleet::test:index/thing:Thing::a",
              "type": "test:index/thing:Thing",
              "name": "a",
              "custom": true,
              "parent": "urn:pulumi:dev::fleet::pulumi:pulumi:Stack::fleet-dev",
              "provider": null,
              "options": {},
              "inputs": {
                "colour": 2,
                "label": "x"
              },
              "dependencies": [],
              "propertyDependencies": {}
            }
            """.ReplaceLineEndings("\n"),
            json);
    }

    private sealed class FleetStack : Stack
    {
        public FleetStack() => Arn = new Thing("a").Arn;

        [Output("arn")]
        public Output<string> Arn { get; private set; }
    }
}
