using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>The boot script of production's routers, as it is registered, run by a real bash on a pretended machine with what the region's bucket holds.</summary>
public sealed class RouterBootRunTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-router-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [SkippableTheory]
    [InlineData("aws")]
    [InlineData("gcp")]
    public async Task A_router_fetches_what_the_program_put_there_checks_it_and_starts_both_services(string cloud)
    {
        await PrepareAsync(cloud);

        var (exitCode, said) = Run();

        Assert.True(exitCode == 0, said);
        Assert.Contains("the router runs", said);
        Assert.Equal(File.ReadAllText(In("bucket/haproxy.cfg")), File.ReadAllText(In("etc/haproxy/haproxy.cfg")));
        Assert.Equal(File.ReadAllText(In("bucket/agent.py")), File.ReadAllText(In("lib/gpuinfra-router/agent.py")));
        var calls = File.ReadAllLines(In("calls")).ToList();
        Assert.Equal("systemctl restart haproxy.service gpuinfra-router.service", calls[^1]);
        Assert.True(calls.FindIndex(call => call.StartsWith("haproxy -c", StringComparison.Ordinal)) < calls.FindIndex(call => call.StartsWith("systemctl enable", StringComparison.Ordinal)));
        Assert.Contains("KillSignal=SIGUSR1", File.ReadAllText(In("units/haproxy.service.d/gpuinfra.conf")));
        var agent = File.ReadAllText(In("units/gpuinfra-router.service"));
        Assert.Contains($"CLOUD={cloud} ", agent);
        Assert.Contains("\"SERVINGS=assistant", agent);
        Assert.Contains("gpuinfra-router/agent.py", agent);
    }

    [SkippableTheory]
    [InlineData("aws")]
    [InlineData("gcp")]
    public async Task A_bridge_is_fetched_by_its_sums_and_started_after_the_router_as_nobody_who_could_write(string cloud)
    {
        await PrepareAsync(cloud, BridgeRecordTests.Everything);

        var (exitCode, said) = Run();

        Assert.True(exitCode == 0, said);
        Assert.Contains("the bridge runs", said);
        var calls = File.ReadAllLines(In("calls")).ToList();
        Assert.True(calls.IndexOf("systemctl restart haproxy.service gpuinfra-router.service") < calls.IndexOf("systemctl restart gpuinfra-bridge.service"));
        Assert.Equal(File.ReadAllText(In("bucket/main.py")), File.ReadAllText(In("lib/gpuinfra-bridge/main.py")));
        Assert.Equal(9, Directory.GetFiles(In("lib/gpuinfra-bridge")).Length);
        var unit = File.ReadAllText(In("units/gpuinfra-bridge.service"));
        Assert.Contains("DynamicUser=yes", unit, StringComparison.Ordinal);
        Assert.Contains("gpuinfra-bridge/main.py", unit, StringComparison.Ordinal);
        Assert.Contains("KEY_ROUTER_CLAUDE=\"key of router-claude\"\n", File.ReadAllText(In("etc/gpuinfra-router/keys.env")), StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(In("lib/gpuinfra-bridge")).Append(In("units/gpuinfra-bridge.service")), file => Assert.DoesNotContain("key of", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Keys_are_kept_as_sums_and_readable_by_nobody_else()
    {
        await PrepareAsync("aws");
        Assert.Equal(0, Run().ExitCode);

        var teams = File.ReadAllText(In("etc/gpuinfra-router/teams.map"));
        foreach (var team in new[] { "support", "engineering", "search" })
        {
            Assert.Contains($"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"key of router-{team}")))} {team}\n", teams);
        }

        Assert.DoesNotContain("key of", teams);
        foreach (var file in Directory.EnumerateFiles(In("etc/gpuinfra-router")))
        {
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
        }

        Assert.All(["answer", "places", "shares", "state"], map => Assert.Equal("", File.ReadAllText(In($"etc/gpuinfra-router/{map}.map"))));
    }

    [SkippableTheory]
    [InlineData("haproxy.cfg")]
    [InlineData("agent.py")]
    public async Task A_file_of_other_contents_than_the_program_names_starts_nothing(string name)
    {
        await PrepareAsync("aws");
        File.AppendAllText(In($"bucket/{name}"), "# more\n");

        var (exitCode, said) = Run();

        Assert.NotEqual(0, exitCode);
        Assert.Contains("failed, again in 10 s: fetch", said);
        Assert.DoesNotContain(File.ReadAllLines(In("calls")), call => call.StartsWith("systemctl", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_key_that_is_not_in_the_store_is_waited_for_and_nothing_starts()
    {
        await PrepareAsync("aws");
        File.WriteAllText(In("no-secrets"), "");

        var (exitCode, said) = Run();

        Assert.NotEqual(0, exitCode);
        Assert.Contains("failed, again in 30 s: write_secrets", said);
        Assert.DoesNotContain(File.ReadAllLines(In("calls")), call => call.StartsWith("systemctl", StringComparison.Ordinal));
        Assert.False(File.Exists(In("etc/gpuinfra-router/keys.env")));
    }

    [SkippableFact]
    public async Task A_configuration_that_haproxy_refuses_is_not_started()
    {
        await PrepareAsync("aws");
        File.WriteAllText(In("refuses"), "");

        Assert.NotEqual(0, Run().ExitCode);
        Assert.DoesNotContain(File.ReadAllLines(In("calls")), call => call.StartsWith("systemctl restart", StringComparison.Ordinal) || call.StartsWith("systemctl enable", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_second_boot_comes_to_the_same()
    {
        await PrepareAsync("gcp");
        Assert.Equal(0, Run().ExitCode);
        var before = Files();

        var (exitCode, said) = Run();

        Assert.True(exitCode == 0, said);
        Assert.Equal(before, Files());

        string Files() => string.Join('\n', Directory.EnumerateFiles(In("etc"), "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(In("units"), "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal).Select(file => $"{file}\n{File.ReadAllText(file)}"));
    }

    /// <summary>Puts the script, the bucket's files and stand-ins for the cloud's commands, systemd and HAProxy into a folder of its own.</summary>
    private async Task PrepareAsync(string cloud, Task<PreviewRecord>? record = null)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        var (template, property, content) = cloud == "aws"
            ? (ResourceTypes.LaunchTemplate, "userData", "aws:s3/bucketObjectv2:BucketObjectv2")
            : ("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate", "metadataStartupScript", "gcp:storage/bucketObject:BucketObject");
        var resources = (await (record ?? Prod.Record)).Resolved.Resources;
        var text = resources.Single(resource => resource.Type == template && resource.Name.Contains("router", StringComparison.Ordinal)).Inputs.TextAt(property)!;
        Directory.CreateDirectory(In("bin"));
        Directory.CreateDirectory(In("bucket"));
        foreach (var file in resources.Where(resource => resource.Type == content && resource.Name.Contains("-router-", StringComparison.Ordinal)))
        {
            var name = Path.GetFileName((file.Inputs.TextAt("key") ?? file.Inputs.TextAt("name"))!);
            await File.WriteAllTextAsync(In($"bucket/{name}"), file.Inputs.At("source") is PropertyValue.AssetValue asset ? asset.Content : file.Inputs.TextAt("content"));
        }

        var script = cloud == "aws" ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : text;
        await File.WriteAllTextAsync(In("boot.sh"), script
            .Replace("/etc/systemd/system", In("units"), StringComparison.Ordinal)
            .Replace("/etc/haproxy", In("etc/haproxy"), StringComparison.Ordinal)
            .Replace("/etc/gpuinfra-router", In("etc/gpuinfra-router"), StringComparison.Ordinal)
            .Replace("/run/haproxy", In("run"), StringComparison.Ordinal)
            .Replace("/usr/local/lib", In("lib"), StringComparison.Ordinal));
        Command("aws", """
            case "$1 $2" in
              's3 cp') for word; do destination=$word; case $word in s3://*) file=${word##*/} ;; esac; done; cp "$root/bucket/$file" "$destination" ;;
              'secretsmanager get-secret-value') [ ! -e "$root/no-secrets" ] || exit 254; while [ "$1" != --secret-id ]; do shift; done; echo "key of $2" ;;
              *) exit 2 ;;
            esac
            """);
        Command("gcloud", """
            case "$2 $3" in
              'storage cp') cp "$root/bucket/${4##*/}" "$5" ;;
              'secrets versions') [ ! -e "$root/no-secrets" ] || exit 1; while [ "$1" != --secret ]; do shift; done; echo "key of $2" ;;
              *) exit 2 ;;
            esac
            """);
        Command("systemctl", "note systemctl \"$@\"");
        Command("haproxy", "note haproxy \"$@\"; [ ! -e \"$root/refuses\" ] && grep -q '^defaults' \"$4\"");
        Command("sleep", "note sleep; [ \"$(grep -c sleep \"$root/calls\")\" -lt 3 ] || kill -TERM \"$PPID\"");
    }

    private (int ExitCode, string Said) Run()
    {
        var start = new ProcessStartInfo("bash", [In("boot.sh")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{In("bin")}:{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    private string In(string name) => Path.Combine(_root, name);

    private void Command(string name, string body)
    {
        var file = In($"bin/{name}");
        File.WriteAllText(file, $"#!/usr/bin/env bash\nroot='{_root}'\nnote() {{ echo \"$*\" >> \"$root/calls\"; }}\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
