using System.Diagnostics;

namespace GpuInfra.Infra.Tests;

/// <summary>
/// A pretended GPU machine: runs a bootstrap script in a folder of its own, with stand-ins for the commands of the cloud, the container
/// engine and the GPU. What they are asked is noted.
/// </summary>
internal sealed class Machine : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-machine-").FullName;

    /// <param name="gpus">Its GPUs.</param>
    /// <param name="mig">When they take MIG mode: at once, after a reboot, never.</param>
    public Machine(int gpus, string mig = "at once")
    {
        Directory.CreateDirectory(Units);
        Directory.CreateDirectory(Bucket);
        Directory.CreateDirectory(In("bin"));
        Command("nvidia-smi", $$"""
            case $1 in
              --list-gpus)
                for i in $(seq {{gpus}}); do
                  echo "GPU $i: NVIDIA (UUID: GPU-$i)"
                  [ ! -e "$root/instances" ] || for j in $(tr , ' ' < "$root/instances"); do
                    n=$((${n:-0} + 1)); echo "  MIG $j Device $n: (UUID: MIG-$i-$n)"
                  done
                done ;;
              --query-gpu=*) for i in $(seq {{gpus}}); do [ -e "$root/mig" ] && echo Enabled || echo Disabled; done ;;
              --multi-instance-gpu=1) note "$@"; [ '{{mig}}' != 'at once' ] || touch "$root/mig" ;;
              --gpu-reset) note "$@"; exit 1 ;;
              mig) note "$@"; case $2 in --create-gpu-instance) echo "$3" > "$root/instances" ;; *) exit 6 ;; esac ;;
            esac
            """);
        Command("mountpoint", "exit 1");
        Command("ip", "case $* in *route*) echo 'default via 10.0.0.1 dev ens5 proto dhcp' ;; *) printf '%s\\n' '1: lo inet 127.0.0.1/8' '2: ens5 inet 10.0.0.2/24' '3: docker0 inet 172.17.0.1/16' '4: ens6 inet 198.18.0.2/22' '5: ens7 inet 198.18.4.2/22' ;; esac");
        Command("iptables", "note iptables \"$@\"; case $1 in -C) [ -e \"$root/shut\" ] ;; -I) touch \"$root/shut\" ;; -D) rm \"$root/shut\" 2> /dev/null ;; esac");
        Command("curl", "note curl \"$@\"; [ -e \"$root/answer\" ] || exit 22; cat \"$root/answer\"");
        Command("systemctl", $"note systemctl \"$@\"; [ \"$1\" != reboot ] || [ '{mig}' = never ] || touch \"$root/mig\"");
        Command("docker", "note docker \"$@\"; case $1 in image) [ -e \"$root/pulled\" ] ;; pull) touch \"$root/pulled\" ;; login) cat > /dev/null ;; esac");
        Command("aws", """
            note aws "$1" "$2"
            case $1 in
              s3api) ls "$root/bucket" | sed "s|^|models/|" ;;
              s3)
                for word; do destination=$word; case $word in s3://*) file=$root/files/${word##*/} ;; esac; done
                if [ -f "$file" ]; then cp "$file" "$destination"; else cp -r "$root"/bucket/* "$destination"; fi ;;
              ecr) echo password ;;
              autoscaling) [ "$2" != describe-auto-scaling-instances ] || cat "$root/files/state" ;;
            esac
            """);

        // The script waits for ever for what is missing; here it has waited long enough at the third time.
        Command("sleep", "note sleep; [ \"$(grep -c sleep \"$root/calls\")\" -lt 3 ] || kill -TERM \"$PPID\"");
    }

    /// <summary>Where systemd units are written.</summary>
    public string Units => In("units");

    private string Bucket => In("bucket");

    /// <summary>Puts a file into the bucket.</summary>
    public void Upload(string name, string content)
    {
        var file = Path.Combine(Bucket, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    /// <summary>Puts a file of the program beside the weights.</summary>
    public void Provide(string name, string content)
    {
        Directory.CreateDirectory(In("files"));
        File.WriteAllText(In($"files/{name}"), content);
    }

    /// <summary>Takes everything out of the bucket.</summary>
    public void Empty() => Directory.Delete(Bucket, recursive: true);

    /// <summary>Makes a command fail from now on.</summary>
    public void Break(string command) => Command(command, "exit 9");

    /// <summary>True while nobody outside reaches a replica.</summary>
    public bool IsShut => File.Exists(In("shut"));

    /// <summary>What engines answer to any request; null while they do not.</summary>
    public void Answer(string? text)
    {
        if (text is null)
        {
            File.Delete(In("answer"));
        }
        else
        {
            File.WriteAllText(In("answer"), text);
        }
    }

    /// <summary>Runs a line of a unit, as systemd does before or after its main command.</summary>
    public int RunLine(string unit, string key, params (string Key, string Value)[] settings)
    {
        var line = Unit(unit).Split('\n').Single(line => line.StartsWith($"{key}=", StringComparison.Ordinal) && line.Contains("gpuinfra-gate", StringComparison.Ordinal));
        return Start(["-c", line[(key.Length + 1)..]], settings).ExitCode;
    }

    /// <summary>Runs the script and returns its exit code and everything it said.</summary>
    public (int ExitCode, string Said) Run(string script)
    {
        var moved = script
            .Replace("/etc/systemd/system", Units, StringComparison.Ordinal)
            .Replace("/usr/local/lib", In("lib"), StringComparison.Ordinal)
            .Replace("/usr/local/sbin", In("bin"), StringComparison.Ordinal)
            .Replace("/var/lib/gpuinfra", In("cache"), StringComparison.Ordinal)
            .Replace("/opt/dlami/nvme", In("no-nvme"), StringComparison.Ordinal)
            .Replace("/dev/disk", In("no-disk"), StringComparison.Ordinal);
        File.WriteAllText(In("bootstrap.sh"), moved);
        return Start([In("bootstrap.sh")]);
    }

    private (int ExitCode, string Said) Start(string[] arguments, params (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo("bash", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{In("bin")}:{start.Environment["PATH"]}";
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    /// <summary>What the stand-ins were asked, in order.</summary>
    public IReadOnlyList<string> Calls() => File.ReadAllLines(In("calls"));

    /// <summary>The text of a systemd unit.</summary>
    public string Unit(string name) => File.ReadAllText(Path.Combine(Units, name));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string In(string name) => Path.Combine(_root, name);

    /// <summary>Makes a command.</summary>
    public void Command(string name, string body)
    {
        var file = Path.Combine(In("bin"), name);
        File.WriteAllText(file, $"#!/usr/bin/env bash\nroot='{_root}'\nnote() {{ echo \"$*\" >> \"$root/calls\"; }}\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
