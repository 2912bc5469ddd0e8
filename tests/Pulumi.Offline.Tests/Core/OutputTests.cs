using System.Collections.Immutable;
using Pulumi.Utilities;

namespace Pulumi.Offline.Tests.Core;

public sealed class OutputTests
{
    [Fact]
    public async Task Apply_transforms_a_known_value_in_all_its_forms()
    {
        var one = Output.Create(1);
        Assert.Equal(2, await OutputUtilities.GetValueAsync(one.Apply(value => value + 1)));
        Assert.Equal(2, await OutputUtilities.GetValueAsync(one.Apply(value => Task.FromResult(value + 1))));
        Assert.Equal(2, await OutputUtilities.GetValueAsync(one.Apply(value => Output.Create(value + 1))));
        Assert.Equal(2, await OutputUtilities.GetValueAsync(one.Apply(value => (Input<int>)(value + 1))));
        Input<int> input = 1;
        Assert.Equal("1!", await OutputUtilities.GetValueAsync(input.Apply(value => $"{value}!")));
    }

    [Fact]
    public async Task A_secret_stays_one_through_Apply_All_Tuple_Format_and_Json()
    {
        var secret = Output.CreateSecret("s");
        Assert.True(await Output.IsSecretAsync(secret.Apply(value => value.Length)));
        Assert.True(await Output.IsSecretAsync(Output.Create("x").Apply(_ => secret)));
        Assert.True(await Output.IsSecretAsync(Output.All(Output.Create("x"), secret)));
        Assert.True(await Output.IsSecretAsync(Output.Tuple(Output.Create(1), secret)));
        Assert.True(await Output.IsSecretAsync(Output.Format($"{1}-{secret}")));
        Assert.True(await Output.IsSecretAsync(Output.JsonSerialize(Output.Create(new { secret }))));
        Assert.True(await Output.IsSecretAsync(Output.CreateSecret(Output.Create(1))));
        Assert.False(await Output.IsSecretAsync(Output.Unsecret(secret)));
    }

    [Fact]
    public async Task Format_and_JsonSerialize_unwrap_what_they_find()
    {
        var name = Output.Create("web");
        Assert.Equal("web has 3", await OutputUtilities.GetValueAsync(Output.Format($"{name} has {(Input<int>)3}")));
        var json = Output.JsonSerialize(Output.Create(new { name, ports = new[] { Output.Create(80) } }));
        Assert.Equal("""{"name":"web","ports":[80]}""", await OutputUtilities.GetValueAsync(json));
        var read = Output.JsonDeserialize<ImmutableArray<int>>(Output.CreateSecret("[1,2]"));
        Assert.Equal(3, (await OutputUtilities.GetValueAsync(read)).Sum());
        Assert.True(await Output.IsSecretAsync(read));
    }

    [Fact]
    public async Task JsonSerialize_waits_for_outputs_nested_in_the_value()
    {
        var later = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var json = Output.JsonSerialize(Output.Create(new { value = Output.Create(later.Task) }));
        later.SetResult("there");
        Assert.Equal("""{"value":"there"}""", await OutputUtilities.GetValueAsync(json));
    }

    [Fact]
    public async Task Collections_of_unions_and_extensions_work()
    {
        InputList<Union<string, int>> list = [];
        list.Add((Input<string>)"a");
        list.Add((Input<int>)2);
        var values = list.ToOutput();
        Assert.Equal(2, await OutputUtilities.GetValueAsync(values.Length()));
        Assert.Equal("a", await OutputUtilities.GetValueAsync(values.First().AsT0()));
        Assert.True(await OutputUtilities.GetValueAsync(values.GetAt(1).IsT1()));
    }

    [Fact]
    public async Task The_second_map_wins_a_merge_and_a_key_is_not_added_twice()
    {
        var merged = InputMap<string>.Merge(
            new InputMap<string> { ["a"] = "1", ["b"] = "1" }, new InputMap<string> { ["b"] = "2" });
        Assert.Equal("2", (await OutputUtilities.GetValueAsync(merged.ToOutput()))["b"]);
        var twice = new InputMap<string> { { "a", "1" }, { "a", "2" } };
        await Assert.ThrowsAsync<ArgumentException>(() => OutputUtilities.GetValueAsync(twice.ToOutput()));
    }

    [Fact]
    public void ToString_tells_to_use_Apply()
        => Assert.StartsWith("Calling [ToString] on an [Output<T>] is not supported.", Output.Create(1).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Instance_is_there_only_inside_a_run()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Deployment.Instance);
        Assert.Contains("before 'Run' was called", error.Message, StringComparison.Ordinal);
    }
}
