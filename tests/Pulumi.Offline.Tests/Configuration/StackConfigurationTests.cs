namespace Pulumi.Offline.Tests.Configuration;

public sealed class StackConfigurationTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("stack-configuration").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Values_are_read_as_the_engine_reads_them()
    {
        Write("Pulumi.yaml", "name: fleet\nruntime: dotnet\nstackConfigDir: stacks\nconfig:\n  region:\n    default: eu-west-1\n");
        Write("stacks/Pulumi.dev.yaml", """
            encryptionsalt: v1:abc
            config:
              aws:region: us-east-1
              fleet:count: 3
              fleet:on: true
              fleet:account: "0123"
              fleet:images: { b: [ami-1, 2], a: yes }
              fleet:password: { secure: AAABBB }
              fleet:tokens: { hub: { secure: AAABBB } }
            """);

        var seen = new List<object?>();
        var options = OfflineOptions.Read(_root, "dev") with { CheckSchemas = false };
        var result = await Offline.RunAsync(options, () =>
        {
            var config = new Config();
            seen.AddRange(config.Require("region"), config.RequireInt32("count"), config.RequireBoolean("on"), config.Get("account"));
            seen.AddRange(new Config("aws").Get("region"), config.Get("absent"), config.Require("images"), config.GetInt32("absent"));
            _ = new Thing("a", new ThingArgs { Label = config.RequireSecret("password") });
        });

        Assert.Empty(result.Errors);
        Assert.Equal(
            ["eu-west-1", 3, true, "0123", "us-east-1", null, """{"a":"yes","b":["ami-1",2]}""", null],
            seen.Take(8));
        Assert.Equal(new PropertyValue.Secret(PropertyValue.UnknownValue), result.Preview.Named("a").Input("label"));
        Assert.IsType<PropertyValue.Secret>(result.Resolved.Named("a").Input("label"));
        Assert.Null(options.Configuration["fleet:tokens"].Text);
    }

    [Fact]
    public async Task A_missing_or_misfit_value_says_what_to_do()
    {
        var options = Offline.Options with
        {
            Configuration = new Dictionary<string, ConfigurationValue>
            {
                ["fleet:count"] = new("three"),
                ["fleet:password"] = ConfigurationValue.Secret,
            },
        };
        async Task<string> ErrorOf(Action program) => Assert.Single((await Offline.RunAsync(options, program)).Errors);

        Assert.Contains("pulumi config set fleet:image <value>", await ErrorOf(() => new Config().Require("image")), StringComparison.Ordinal);
        Assert.Equal("Configuration 'fleet:count' value 'three' is not a valid Int32", await ErrorOf(() => new Config().RequireInt32("count")));
        Assert.Contains("RequireSecret", await ErrorOf(() => new Config().Require("password")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named_with_the_stacks_there_are()
    {
        Assert.Contains("Pulumi.yaml", Error("dev").Message, StringComparison.Ordinal);
        Write("Pulumi.yaml", "name: fleet\nstackConfigDir: stacks\n");
        Write("stacks/Pulumi.dev.yaml", "config: {}\n");
        Write("stacks/Pulumi.prod.yaml", "");
        Assert.EndsWith("Pulumi.prdo.yaml: there is no such file; the stacks there are dev, prod", Error("prdo").Message, StringComparison.Ordinal);
        Assert.Empty(StackConfiguration.Read(_root, "prod").Values);
    }

    [Theory]
    [InlineData("config:\n  a:b: 1\n  a:b: 2\n", 3)]
    [InlineData("config:\n  plain: 1\n", 2)]
    [InlineData("config: [1]\n", 1)]
    [InlineData("- 1\n", 1)]
    [InlineData("config:\n  a:b: {\n", 3)]
    public void A_bad_file_is_refused_with_its_line(string text, long line)
    {
        Write("Pulumi.yaml", "name: fleet\n");
        Write("Pulumi.dev.yaml", text);
        var error = Error("dev");
        Assert.Equal(line, error.Line);
        Assert.Contains($"Pulumi.dev.yaml:{line}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_configuration_is_refused_before_it_is_parsed()
    {
        Write("Pulumi.yaml", "name: fleet\n");
        Write("Pulumi.dev.yaml", new string('#', 1_000_001));
        Assert.EndsWith("is larger than 1 MB", Error("dev").Message, StringComparison.Ordinal);
        Write("Pulumi.dev.yaml", new string('[', 100_000));
        Assert.Contains("nested deeper than 64 levels", Error("dev").Message, StringComparison.Ordinal);
        Write("Pulumi.dev.yaml", "a: &x [1]\nconfig: { a:b: *x }\n");
        Assert.Equal(2, Error("dev").Line);
        Write("Pulumi.dev.yaml", "\u0000\u0001\u0002");
        Assert.Contains("Pulumi.dev.yaml", Error("dev").Message, StringComparison.Ordinal);
    }

    private StackConfigurationException Error(string stack)
        => Assert.Throws<StackConfigurationException>(() => StackConfiguration.Read(_root, stack));

    private void Write(string name, string text)
    {
        var path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
