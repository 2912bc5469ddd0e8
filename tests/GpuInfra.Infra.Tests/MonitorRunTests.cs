using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Tests;

/// <summary>The scripts of a monitor, run by a real bash on a pretended machine, with promtool itself where it is installed.</summary>
public sealed class MonitorRunTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-monitor-").FullName;

    public MonitorRunTests()
    {
        foreach (var folder in new[] { "bin", "bucket", "disk", "etc", "units", "secrets" })
        {
            Directory.CreateDirectory(In(folder));
        }

        Command("sleep", "echo sleep >> \"$root/calls\"; [ \"$(grep -c ^sleep \"$root/calls\")\" -lt 4 ] || kill -TERM \"$PPID\"");
        Command("systemctl", "echo systemctl \"$@\" >> \"$root/calls\"");
        Command("useradd", "echo useradd \"$@\" >> \"$root/calls\"");
        Command("id", "exit 1");
        Command("curl", "case $* in *api/token*) echo t ;; *instance-id*) echo i-1 ;; *openid-configuration*) cat \"$root/issuer\" ;; *) exit 22 ;; esac");
        Command("blkid", "[ -s \"$root/disk/filesystem\" ] || exit 2");
        Command("mkfs.ext4", "echo mkfs \"$@\" >> \"$root/calls\"; echo ext4 > \"$root/disk/filesystem\"");
        Command("mountpoint", "[ -e \"$root/mounted\" ]");
        Command("mount", "echo mount \"$@\" >> \"$root/calls\"; touch \"$root/mounted\"");

        // Users are pretended, so owners are left out.
        Command("install", "args=(); while (($#)); do case $1 in -o | -g) shift 2 ;; *) args+=(\"$1\"); shift ;; esac; done; /usr/bin/install \"${args[@]}\"");
        foreach (var (program, version) in new[] { ("prometheus", "2.53.3"), ("alertmanager", "0.28.1"), ("grafana", "11.6.0") })
        {
            Command(program, $"echo {program}, version {version}");
        }

        Command("amtool", "exit 0");
        if (!File.Exists("/usr/bin/promtool"))
        {
            Command("promtool", "! grep -q nonsense \"$3\"");
        }

        Command("aws", """
            case "$1 $2" in
              "s3 cp")
                for word; do case $word in s3://*) from=$word ;; esac; to=$word; done
                key=$root/bucket/${from#s3://*/}
                if [ "$to" = - ]; then cat "$key"; else cp "$key" "$to"; fi ;;
              "secretsmanager get-secret-value")
                while (($#)); do [ "$1" != --secret-id ] || name=$2; shift; done
                file=$root/secrets/${name##*:}
                [ -e "$file" ] || { echo 'An error occurred (ResourceNotFoundException): NotFound' >&2; exit 254; }
                cat "$file" ;;
              "secretsmanager put-secret-value")
                echo put "$@" >> "$root/calls"
                while (($#)); do case $1 in --secret-id) name=$2 ;; --secret-string) from=${2#file://} ;; esac; shift; done
                [ ! -e "$root/secrets/${name##*:}" ] || exit 254
                cp "$from" "$root/secrets/${name##*:}" ;;
              "ec2 attach-volume") echo attach "$@" >> "$root/calls"; mkdir -p "$root/by-id"; touch "$root/by-id/nvme-Amazon_Elastic_Block_Store_volx" ;;
            esac
            """);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [SkippableFact]
    public void A_canary_is_stopped_once_for_each_time_that_its_alert_fires_and_never_let_go_again()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        Directory.CreateDirectory(In("canaries"));
        Command("promtool", "case $4 in *'serving=\"coder\"'*) ;; *) exit 0 ;; esac; read -r answer < \"$root/alert\"; case $answer in fires) echo '{serving=\"coder\"} => 1 @[1]' ;; quiet) ;; *) exit 1 ;; esac");
        Command("aws", "cat > \"$root/said\"; echo \"$@\" >> \"$root/calls\"; [ ! -e \"$root/full\" ]");
        Command("sleep", "kill -TERM \"$PPID\"");

        foreach (var (alert, written) in new[] { ("quiet", 0), ("unknown", 0), ("fires", 1), ("fires", 1), ("unknown", 1), ("fires", 1), ("quiet", 1), ("fires", 2) })
        {
            File.WriteAllText(In("alert"), alert);
            Look();
            Assert.Equal(written, File.Exists(In("calls")) ? Calls().Count : 0);
        }

        Assert.Equal("stop\n", File.ReadAllText(In("said")));
        Assert.All(Calls(), call => Assert.Equal("s3 cp --region us-east-1 --only-show-errors - s3://b/router/canary/assistant", call));

        // What could not be written is written at the next look.
        File.WriteAllText(In("alert"), "quiet");
        Look();
        File.WriteAllText(In("alert"), "fires");
        File.WriteAllText(In("full"), "");
        Look();
        File.Delete(In("full"));
        Look();
        Look();
        Assert.Equal(4, Calls().Count);

        void Look() => Bash(
            File.ReadAllText(Path.Combine(Repository.Root, "infra", "Assets", "monitor", "canary.sh")), ("CLOUD", "aws"), ("REGION", "us-east-1"), ("BUCKET", "b"), ("CANARIES", "assistant=coder helper=other"), ("ALERTS", "QualityBelowPlan|SloBurnsFast"),
            ("PROMETHEUS_PORT", "9090"), ("FOLDER", In("canaries")));
    }

    [SkippableFact]
    public async Task A_first_boot_formats_the_empty_disk_and_starts_all_three_programs()
    {
        await BootsAsync();

        Assert.Contains(Calls(), call => call.StartsWith("attach ec2 attach-volume", StringComparison.Ordinal) && call.Contains("--instance-id i-1", StringComparison.Ordinal));
        Assert.Single(Calls(), call => call.StartsWith("mkfs ", StringComparison.Ordinal));
        Assert.Contains("--storage.tsdb.retention.time=31d --storage.tsdb.retention.size=80GB", Unit("prometheus"), StringComparison.Ordinal);
        Assert.Contains("--cluster.listen-address=10.16.1.10:9094 --cluster.peer=10.32.255.242:9094", Unit("alertmanager"), StringComparison.Ordinal);
        Assert.Contains("User=gpuinfra-grafana", Unit("grafana"), StringComparison.Ordinal);
        Assert.Contains($"logs = {In("disk/data")}/grafana/log\n", File.ReadAllText(In("etc/grafana/grafana.ini")), StringComparison.Ordinal);
        Assert.Contains("systemctl restart --no-block gpuinfra-sync.service gpuinfra-prometheus.service gpuinfra-alertmanager.service gpuinfra-grafana.service", Calls());
        Assert.True(File.Exists(In("etc/prometheus/rules.json")));
        Assert.Equal(4, Directory.EnumerateFiles(In("etc/grafana/boards"), "gpuinfra-*.json").Count());
    }

    [SkippableFact]
    public async Task The_disk_is_there_again_after_a_restart_that_runs_no_script_and_nothing_starts_without_it()
    {
        await BootsAsync();
        await BootsAsync();
        var line = Assert.Single(File.ReadAllLines(In("etc/fstab")));
        Assert.Matches($"^{In("by-id")}/nvme-Amazon_Elastic_Block_Store_volx {In("disk/data")} ext4 .*nofail", line);
        Assert.All(new[] { "prometheus", "alertmanager", "grafana" }, name => Assert.Contains($"\nRequiresMountsFor={In("disk/data")}\n", Unit(name), StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_boot_on_a_disk_that_holds_something_formats_nothing()
    {
        File.WriteAllText(In("disk/filesystem"), "ext4\n");
        await BootsAsync();
        Assert.DoesNotContain(Calls(), call => call.StartsWith("mkfs ", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task The_first_boot_makes_the_password_and_the_next_one_keeps_it_and_neither_says_it()
    {
        var first = await BootsAsync();
        var password = File.ReadAllText(In("etc/grafana/secrets/admin"));
        Assert.Equal(32, password.Length);
        Assert.Equal(password, File.ReadAllText(In($"secrets/{Admin}")));

        Directory.Delete(In("etc"), recursive: true);
        Directory.CreateDirectory(In("etc"));
        var second = await BootsAsync();
        Assert.Equal(password, File.ReadAllText(In("etc/grafana/secrets/admin")));
        Assert.Single(Calls(), call => call.StartsWith("put ", StringComparison.Ordinal));
        Assert.DoesNotContain(password, first + second + string.Join('\n', Calls()) + File.ReadAllText(In("etc/grafana/grafana.ini")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_store_that_does_not_answer_is_not_taken_for_one_without_a_password()
    {
        File.WriteAllText(In($"secrets/{Admin}"), "kept");
        var fails = File.ReadAllText(In("bin/aws")).Replace("cat \"$file\" ;;", $"case $name in *{Admin}) echo 'AccessDenied' >&2; exit 254 ;; esac; cat \"$file\" ;;", StringComparison.Ordinal);
        File.WriteAllText(In("bin/aws"), fails);
        await RunAsync();
        Assert.DoesNotContain(Calls(), call => call.StartsWith("put ", StringComparison.Ordinal));
        Assert.Equal("kept", File.ReadAllText(In($"secrets/{Admin}")));
    }

    [SkippableFact]
    public async Task People_sign_in_where_the_issuer_says()
    {
        File.WriteAllText(In("issuer"), """{ "authorization_endpoint": "https://id.example.com/auth", "token_endpoint":"https://id.example.com/token", "userinfo_endpoint": "https://id.example.com/me" }""");
        await BootsAsync(new GrafanaSignIn("https://id.example.com", "grafana", "oidc", "gpu team"));

        var ini = File.ReadAllText(In("etc/grafana/grafana.ini"));
        Assert.Contains("auth_url = https://id.example.com/auth\ntoken_url = https://id.example.com/token\napi_url = https://id.example.com/me\n", ini, StringComparison.Ordinal);
        Assert.Contains($"client_secret = $__file{{{In("etc")}/grafana/secrets/oidc}}", ini, StringComparison.Ordinal);
        Assert.Contains("role_attribute_path = contains(groups[*], 'gpu team') && 'Editor' || 'Viewer'", ini, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Secrets_are_files_that_only_their_program_reads_and_one_that_lacks_stops_nothing()
    {
        File.WriteAllText(In("secrets/pager"), "routing-key\n");
        var said = await BootsAsync();
        Assert.Equal("routing-key", File.ReadAllText(In("etc/alertmanager/secrets/pager")));
        Assert.Contains("the secret beat cannot be read", said, StringComparison.Ordinal);
        Assert.DoesNotContain("routing-key", said, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(In("etc/alertmanager/secrets/pager")));
        }
    }

    [SkippableFact]
    public async Task Another_list_is_taken_without_a_new_machine_and_one_that_is_refused_is_taken_back()
    {
        await BootsAsync();
        var rules = File.ReadAllText(In("etc/prometheus/rules.json"));
        var good = rules.Replace("GpuHot", "GpuVeryHot", StringComparison.Ordinal);
        Want("rules.json", good);
        Sync();
        Assert.Equal(good, File.ReadAllText(In("etc/prometheus/rules.json")));

        Want("rules.json", "nonsense");
        Assert.Contains("refused: prometheus.json rules.json figures", Sync(), StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllText(In("etc/prometheus/rules.json")));
    }

    [SkippableFact]
    public async Task Other_figures_are_taken_where_they_are_and_unreadable_ones_are_not_kept()
    {
        await BootsAsync();
        var figures = In("bucket/monitor/figures/chat.json");
        var more = File.ReadAllText(figures).Replace("vector(1)", "vector(2)", StringComparison.Ordinal);
        File.WriteAllText(figures, more);
        Assert.Contains("took other figures", Sync(), StringComparison.Ordinal);
        Assert.Equal(more, File.ReadAllText(In("etc/prometheus/figures/chat.json")));

        File.WriteAllText(figures, "nonsense");
        Assert.Contains("refused: figures", Sync(), StringComparison.Ordinal);
        Assert.Equal(more, File.ReadAllText(In("etc/prometheus/figures/chat.json")));
    }

    [SkippableFact]
    public async Task A_file_that_is_not_the_one_that_is_named_is_not_taken()
    {
        await BootsAsync();
        var rules = File.ReadAllText(In("etc/prometheus/rules.json"));
        Want("rules.json", "{}", sum: new string('0', 64));
        Sync();
        Assert.Equal(rules, File.ReadAllText(In("etc/prometheus/rules.json")));
    }

    private const string Admin = "gpuinfra-us-east-1-monitor-1";

    /// <summary>Boots the machine to the end.</summary>
    private async Task<string> BootsAsync(GrafanaSignIn? signIn = null)
    {
        var (code, said) = await RunAsync(signIn);
        Assert.True(code == 0, said);
        Assert.Contains("the monitor runs", said, StringComparison.Ordinal);
        return said;
    }

    private async Task<(int Code, string Said)> RunAsync(GrafanaSignIn? signIn = null)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        var fleet = MonitorsTests.Watched(A.Pool(), A.Pool(CloudProvider.Gcp));
        fleet = fleet with { Plan = fleet.Plan with { Monitoring = fleet.Plan.Monitoring! with { SignIn = signIn } } };
        var deployed = await Deployed.Of(fleet, MonitorsTests.Settings());
        foreach (var file in deployed.All("aws:s3/bucketObjectv2:BucketObjectv2").Where(file => file["key"]!.StartsWith("monitor/", StringComparison.Ordinal)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(In($"bucket/{file["key"]}"))!);
            File.WriteAllText(In($"bucket/{file["key"]}"), file["content"]);
        }

        var script = MonitorsTests.Script(deployed.One("aws:ec2/instance:Instance")).Replace($"'{Admin}-id'", "'vol-x'", StringComparison.Ordinal);
        return Bash(Moved(script));
    }

    /// <summary>Looks at the list until the third pause.</summary>
    private string Sync()
    {
        File.WriteAllLines(In("calls"), Calls().Where(call => call != "sleep"));
        var script = File.ReadAllText(Directory.EnumerateFiles(In("lib"), "sync.sh", SearchOption.AllDirectories).Single());
        return Bash(Moved(script), ("CLOUD", "aws"), ("REGION", "us-east-1"), ("BUCKET", "b"), ("WANTED", "monitor/wanted"), ("FOLDER", In("lib/gpuinfra-monitor")), ("ALERTMANAGER_SECRETS", "pager beat")).Said;
    }

    /// <summary>Puts another text in the place of a file that the list names.</summary>
    private void Want(string name, string text, string? sum = null)
    {
        var key = $"monitor/{sum ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}/{name}";
        Directory.CreateDirectory(Path.GetDirectoryName(In($"bucket/{key}"))!);
        File.WriteAllText(In($"bucket/{key}"), text);
        var list = File.ReadAllLines(In("bucket/monitor/wanted")).Select(line => line.EndsWith($"/{name}", StringComparison.Ordinal) ? key : line);
        File.WriteAllText(In("bucket/monitor/wanted"), string.Concat(list.Select(line => $"{line}\n")));
    }

    private string Moved(string script) => script
        .Replace("UNITS=/etc/systemd/system", $"UNITS={In("units")}", StringComparison.Ordinal)
        .Replace("DATA=/var/lib/gpuinfra-monitor", $"DATA={In("disk/data")}", StringComparison.Ordinal)
        .Replace("LIB=/usr/local/lib/gpuinfra-monitor", $"LIB={In("lib/gpuinfra-monitor")}", StringComparison.Ordinal)
        .Replace("/dev/disk/by-id", In("by-id"), StringComparison.Ordinal)
        .Replace("/run/gpuinfra", In("run-gpuinfra"), StringComparison.Ordinal)
        .Replace("/etc/", $"{In("etc")}/", StringComparison.Ordinal)
        .Replace("${ETC:=/etc}", $"${{ETC:={In("etc")}}}", StringComparison.Ordinal);

    private (int Code, string Said) Bash(string script, params (string Key, string Value)[] environment)
    {
        File.WriteAllText(In("script.sh"), script);
        var start = new ProcessStartInfo("bash", [In("script.sh")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{In("bin")}:/usr/bin:/bin";
        start.Environment["ETC"] = In("etc");
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    private string Unit(string name) => File.ReadAllText(In($"units/gpuinfra-{name}.service"));

    private IReadOnlyList<string> Calls() => File.ReadAllLines(In("calls"));

    private string In(string name) => Path.Combine(_root, name);

    private void Command(string name, string body)
    {
        var file = In($"bin/{name}");
        File.WriteAllText(file, $"#!/usr/bin/env bash\nroot='{_root}'\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
