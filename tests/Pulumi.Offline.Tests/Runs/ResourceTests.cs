namespace Pulumi.Offline.Tests.Runs;

public sealed class ResourceTests
{
    private const string Root = "urn:pulumi:dev::fleet::";

    [Fact]
    public async Task A_URN_holds_the_types_of_the_parents_but_not_the_stacks()
    {
        var result = await Offline.RunWellAsync(() =>
        {
            var outer = new Group("outer");
            _ = new Group("inner", new ComponentResourceOptions { Parent = outer }, "a");
        });

        var run = result.Preview;
        Assert.Equal(
            [
                $"{Root}gpuinfra:test:Group$gpuinfra:test:Group$test:index/thing:Thing::inner-a",
                $"{Root}gpuinfra:test:Group$gpuinfra:test:Group::inner",
                $"{Root}gpuinfra:test:Group::outer",
                $"{Root}pulumi:pulumi:Stack::fleet-dev",
            ],
            run.Resources.Select(resource => resource.Urn));
        Assert.Equal($"{Root}pulumi:pulumi:Stack::fleet-dev", run.Named("outer").Parent);
        Assert.Equal(run.Named("outer").Urn, run.Named("inner").Parent);
        Assert.Null(run.Named("fleet-dev").Parent);
        Assert.Equal([false, true], [run.Named("inner").IsCustom, run.Named("inner-a").IsCustom]);
        Assert.Equal("""{"ids":{"unknown":true}}""", run.Named("inner").Outputs!.Json());
    }

    [Fact]
    public async Task What_an_input_derives_from_becomes_a_dependency_of_the_resource_and_of_the_property()
    {
        var result = await Offline.RunWellAsync(() =>
        {
            var a = new Thing("a");
            var b = new Thing("b");
            _ = new Thing("c", new ThingArgs
            {
                Label = Output.Tuple(a.Id, b.Arn).Apply(both => both.Item1),
                Tags = { ["a"] = a.Id.Apply(id => id) },
                Colour = 3,
            });
        });

        foreach (var run in new[] { result.Preview, result.Resolved })
        {
            var (a, b, c) = (run.Named("a").Urn, run.Named("b").Urn, run.Named("c"));
            Assert.Equal([a, b], c.Dependencies.AsEnumerable());
            Assert.Equal([a, b], c.PropertyDependencies["label"].AsEnumerable());
            Assert.Equal([a], c.PropertyDependencies["tags"].AsEnumerable());
            Assert.Equal(["label", "tags"], c.PropertyDependencies.Keys);
        }
    }

    [Fact]
    public async Task Depending_on_a_component_is_depending_on_its_custom_resources()
    {
        var result = await Offline.RunWellAsync(() =>
        {
            var outer = new Group("outer", null, "a");
            _ = new Group("inner", new ComponentResourceOptions { Parent = outer }, "b");
            _ = new Thing("c", null, new CustomResourceOptions { DependsOn = { outer } });
        });

        var run = result.Preview;
        Assert.Equal(
            new[] { run.Named("outer-a").Urn, run.Named("inner-b").Urn }.Order(StringComparer.Ordinal),
            run.Named("c").Options.DependsOn.AsEnumerable());
        Assert.Equal(run.Named("c").Options.DependsOn.AsEnumerable(), run.Named("c").Dependencies.AsEnumerable());
    }

    [Fact]
    public async Task A_child_that_depends_on_its_own_component_is_refused_rather_than_waited_for()
    {
        var result = await Offline.RunAsync(() =>
        {
            var group = new Group("g");
            _ = new Thing("a", null, new CustomResourceOptions { Parent = group, DependsOn = { group } });
        });
        Assert.Equal("'a' depends on itself: it is a child of a component it depends on.", Assert.Single(result.Errors));
    }

    [Fact]
    public async Task Providers_come_down_through_components_by_package_and_an_own_one_wins()
    {
        var result = await Offline.RunWellAsync(() =>
        {
            var east = new TestProvider("east");
            var west = new TestProvider("west");
            var outer = new Group("outer", new ComponentResourceOptions { Providers = { east } }, "a");
            _ = new Group("inner", new ComponentResourceOptions { Parent = outer, Provider = west }, "b");
            _ = new Group("heir", new ComponentResourceOptions { Parent = outer }, "c");
            _ = new Thing("own", null, new CustomResourceOptions { Parent = outer, Provider = west });
            _ = new Thing("free");
        });

        var run = result.Preview;
        string? ProviderOf(string name) => run.Named(name).Provider is { } urn ? urn.Split("::")[^1] : null;
        Assert.Equal(
            ["east", "west", "east", "west", null],
            new[] { "outer-a", "inner-b", "heir-c", "own", "free" }.Select(ProviderOf));
        Assert.Equal("pulumi:providers:test", run.Named("east").Type);
        Assert.Null(run.Named("outer").Provider);
    }

    [Fact]
    public async Task A_provider_of_another_package_is_a_problem()
    {
        var result = await Offline.RunAsync(() =>
        {
            var provider = new ProviderResource("other", "o", ResourceArgs.Empty);
            _ = new Thing("a", null, new CustomResourceOptions { Provider = provider });
        });
        Assert.Contains("is given the provider 'o' of the package 'other'", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protection_comes_down_from_the_parent_and_a_child_may_refuse_it()
    {
        var result = await Offline.RunWellAsync(() =>
        {
            var outer = new Group("outer", new ComponentResourceOptions { Protect = true }, "a");
            _ = new Thing("b", null, new CustomResourceOptions { Parent = outer, Protect = false });
        });
        Assert.True(result.Preview.Named("outer-a").Options.Protect);
        Assert.False(result.Preview.Named("b").Options.Protect);
    }

    [Fact]
    public async Task Aliases_are_recorded_as_URNs_and_the_parents_reach_its_children()
    {
        var result = await Offline.RunWellAsync(() => _ = new Group(
            "new", new ComponentResourceOptions { Aliases = { new Alias { Name = "old" }, new Alias { Urn = $"{Root}x:y:Z::z" } } }, "a"));

        Assert.Equal([$"{Root}gpuinfra:test:Group::old", $"{Root}x:y:Z::z"], result.Preview.Named("new").Options.Aliases.AsEnumerable());
        Assert.Equal(
            [$"{Root}gpuinfra:test:Group$test:index/thing:Thing::old-a", $"{Root}x:y:Z$test:index/thing:Thing::z-a"],
            result.Preview.Named("new-a").Options.Aliases.AsEnumerable());
    }

    [Fact]
    public async Task Options_are_recorded()
    {
        var result = await Offline.RunWellAsync(() =>
        {
            var other = new Thing("other");
            _ = new Thing("a", null, new CustomResourceOptions
            {
                RetainOnDelete = true,
                DeleteBeforeReplace = true,
                IgnoreChanges = { "size" },
                ReplaceOnChanges = { "label" },
                AdditionalSecretOutputs = { "arn" },
                ImportId = "i-1",
                DeletedWith = other,
                Version = "1.2.3",
                CustomTimeouts = new CustomTimeouts { Create = TimeSpan.FromMinutes(90) },
                DependsOn = other,
            });
            _ = new Thing("read", null, new CustomResourceOptions { Id = "r-1" });
        });

        var json = RecordJson.ToText(result.Preview.Named("a"));
        Assert.Contains("\"retainOnDelete\": true", json, StringComparison.Ordinal);
        Assert.Contains("\"timeoutCreate\": \"01:30:00\"", json, StringComparison.Ordinal);
        var options = result.Preview.Named("a").Options;
        Assert.Equal((true, "i-1", "1.2.3"), (options.DeleteBeforeReplace, options.ImportId, options.Version));
        Assert.Equal(
            ["size", "label", "arn"], [.. options.IgnoreChanges, .. options.ReplaceOnChanges, .. options.AdditionalSecretOutputs]);
        Assert.Equal(result.Preview.Named("other").Urn, options.DeletedWith);
        Assert.Equal("r-1", result.Preview.Named("read").ReadId);
    }

    [Fact]
    public async Task A_transformation_changes_inputs_and_options_of_the_resource_and_its_children()
    {
        var result = await Offline.RunWellAsync(() => _ = new Group(
            "g",
            new ComponentResourceOptions
            {
                ResourceTransformations =
                {
                    args =>
                    {
                        if (args.Args is not ThingArgs thing)
                            return null;
                        thing.Tags["owner"] = "ml";
                        var options = CustomResourceOptions.Merge(
                            (CustomResourceOptions)args.Options, new CustomResourceOptions { Protect = true });
                        return new ResourceTransformationResult(thing, options);
                    },
                },
            },
            "a"));

        var thing = result.Preview.Named("g-a");
        Assert.Equal("""{"owner":"ml"}""", thing.Input("tags").Json());
        Assert.True(thing.Options.Protect);
    }

    [Fact]
    public void Merging_options_joins_lists_and_lets_the_second_win()
    {
        var first = new CustomResourceOptions { Protect = true, ImportId = "1", IgnoreChanges = { "a" } };
        var merged = CustomResourceOptions.Merge(first, new CustomResourceOptions { Protect = false, IgnoreChanges = { "b" } });
        Assert.Equal((false, "1"), (merged.Protect, merged.ImportId));
        Assert.Equal(["a", "b"], merged.IgnoreChanges);
        Assert.Equal(["a"], first.IgnoreChanges);
    }

    [Fact]
    public async Task The_same_name_twice_is_refused_and_both_are_the_same_type_and_parent()
    {
        var result = await Offline.RunAsync(() =>
        {
            _ = new Thing("a");
            _ = new Thing("a");
            _ = new Group("a");
        });
        Assert.False(result.Succeeded);
        Assert.StartsWith($"{Root}test:index/thing:Thing::a: is registered twice", Assert.Single(result.Errors), StringComparison.Ordinal);
    }
}
