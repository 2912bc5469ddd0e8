using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Planning.Tests.Routes;

/// <summary>HAProxy itself, in a folder of its own, with the configuration of an entry.</summary>
internal sealed class Haproxy : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gpuinfra-haproxy-").FullName;
    private readonly HttpClient _client;
    private Process? _process;
    private Process? _bridge;
    private Task<string>? _said;
    private string? _certificate;

    public Haproxy() => _client = new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = 64,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetCertHashString(HashAlgorithmName.SHA256) == _certificate },
    });

    /// <summary>True when it is installed; CI installs it.</summary>
    public static bool IsThere { get; } = Environment.GetEnvironmentVariable("CI") is not null || File.Exists("/usr/sbin/haproxy");

    private RouterSite Site => (InCluster is null ? RouterSite.Deployed : RouterSite.InCluster("serving.test")) with
    {
        Folder = _folder,
        Socket = Path.Combine(_folder, "socket"),
        Port = Port,
        HealthPort = HealthPort,
        User = "",
        Connections = 500,
        LoopPort = _loopPort,
        BridgePort = _bridgePort,
        NameServer = InCluster?.NameServer,
        EnginePort = InCluster?.EnginePort ?? 0,
    };

    /// <summary>Who resolves names of Services, and the engines' port, where it is in a cluster; null on a machine.</summary>
    public (string NameServer, int EnginePort)? InCluster { get; init; }

    public int Port { get; } = FreePort.Next();

    public int HealthPort { get; } = FreePort.Next();

    private readonly int _loopPort = FreePort.Next();

    private readonly int _bridgePort = FreePort.Next();

    /// <summary>What the bridge has said so far, once it is killed.</summary>
    public string Said => _said?.Result ?? "";

    /// <summary>Starts the bridge beside it, as the entry has it but for where hosts are, and waits until HAProxy knows.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="hosts">Who pretends to be which host.</param>
    public void Bridge(RouterEntry entry, params (string Host, FakeEngine Engine)[] hosts)
    {
        var file = Path.Combine(_folder, "bridge.json");
        File.WriteAllText(file, hosts.Aggregate(BridgeConfig.Of(entry, Site), (text, host) => text.Replace($"https://{host.Host}", $"http://127.0.0.1:{host.Engine.Port}", StringComparison.Ordinal)));
        _bridge = Process.Start(new ProcessStartInfo("python3", ["-B", Path.Combine(Repository.Root, "infra", "Assets", "bridge", "main.py"), file])
        {
            RedirectStandardError = true,
            Environment = { ["KEY_ROUTER_CLAUDE"] = "claude-key" },
        })!;
        _said = _bridge.StandardError.ReadToEndAsync();
        WaitForBridge("UP");
    }

    /// <summary>Ends the bridge as a crash would.</summary>
    public void KillBridge()
    {
        _bridge!.Kill();
        _bridge.WaitForExit();
    }

    /// <summary>Waits until HAProxy has found that the bridge is there, or gone.</summary>
    public void WaitForBridge(string state)
    {
        foreach (var place in Ask("show stat -1 4 -1").Split('\n').Select(line => line.Split(',')).Where(row => row.Length > 17 && row[1] == "bridge" && row[0] != "bridge"))
        {
            WaitFor($"{place[0]}/bridge", state);
        }
    }

    /// <summary>What HAProxy says of a configuration; empty when nothing is wrong with it.</summary>
    public string Check(RouterEntry entry)
    {
        using var process = Start(entry, "-c", "-q");
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said : $"exit {process.ExitCode}: {said}";
    }

    /// <summary>Starts it, and gives it engines: each in a place of a backend.</summary>
    public void Run(RouterEntry entry, params (string Place, FakeEngine Engine, int Most)[] engines)
    {
        Begin(entry);
        Ask($"add map {_folder}/state.map ready 1");
        foreach (var (place, engine, most) in engines)
        {
            Ask($"set server {place} addr 127.0.0.1 port {engine.Port}");
            Ask($"set maxconn server {place} {most}");
            Ask($"set server {place} state ready; set server {place} health down");
        }

        foreach (var (place, _, _) in engines)
        {
            WaitFor(place, "UP");
        }
    }

    /// <summary>Starts it.</summary>
    public void Begin(RouterEntry entry)
    {
        if (InCluster is not null)
        {
            foreach (var (name, content) in ServingTargets.Maps(entry))
            {
                File.WriteAllText(Path.Combine(_folder, name), content);
            }
        }

        _process = Start(entry, "-db");
        for (var i = 0; i < 100 && !File.Exists(Site.Socket); i++)
        {
            Thread.Sleep(50);
        }
    }

    /// <summary>Waits until a server has a state.</summary>
    public void WaitFor(string place, string state)
    {
        for (var i = 0; i < 600; i++)
        {
            if (StateOf(place).StartsWith(state, StringComparison.Ordinal))
            {
                return;
            }

            Thread.Sleep(100);
        }

        Assert.Fail($"{place} is {StateOf(place)}, not {state}");
    }

    /// <summary>Keeps servers as they are: on a machine under load an engine that pretends may answer a health check too late.</summary>
    public void StopChecks(string place) => Ask($"disable health {place}");

    /// <summary>Waits until so many requests of a serving stand in a queue.</summary>
    public async Task WaitForQueueAsync(string backend, int requests)
    {
        for (var i = 0; i < 600 && QueueOf(backend) != requests; i++)
        {
            await Task.Delay(50);
        }

        Assert.Equal(requests, QueueOf(backend));
    }

    private int QueueOf(string backend) => Ask("show stat -1 2 -1").Split('\n').Select(line => line.Split(','))
        .Where(row => row.Length > 17 && row[0] == backend && row[1] == "BACKEND").Sum(row => int.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture));

    public string StateOf(string place) => Ask("show stat -1 4 -1").Split('\n').Select(line => line.Split(','))
        .Single(row => row.Length > 17 && $"{row[0]}/{row[1]}" == place)[17];

    /// <summary>Tells it something through its socket.</summary>
    public string Ask(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Site.Socket));
        using var stream = new NetworkStream(socket);
        stream.Write(Encoding.UTF8.GetBytes(command + "\n"));
        return new StreamReader(stream).ReadToEnd();
    }

    public void SetMap(string map, string key, int value) => Ask($"add map {_folder}/{map}.map {key} {value}");

    /// <summary>Asks it for an answer.</summary>
    public async Task<HttpResponseMessage> PostAsync(string body, string path = "/v1/chat/completions", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Which engine answers.</summary>
    public async Task<string> WhoAsync(string body, string path = "/v1/chat/completions", params (string Name, string Value)[] headers)
    {
        using var answer = await PostAsync(body, path, headers);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : $"{(int)answer.StatusCode}";
    }

    public async Task<int> GetAsync(string path, int? port = null)
    {
        using var answer = await _client.GetAsync(new Uri($"http://127.0.0.1:{port ?? Port}{path}"));
        return (int)answer.StatusCode;
    }

    public void WriteKeys(string lines) => File.WriteAllText(Path.Combine(_folder, "teams.map"), lines);

    public void Dispose()
    {
        if (_bridge is not null)
        {
            _bridge.Kill();
            _bridge.WaitForExit();
            _bridge.Dispose();
        }

        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Process Start(RouterEntry entry, params string[] arguments)
    {
        var file = Path.Combine(_folder, "haproxy.cfg");
        File.WriteAllText(file, HaproxyConfig.Of(entry, Site));
        foreach (var map in new[] { "answer", "places", "shares", "state", "stopped", "teams" }.Select(map => Path.Combine(_folder, $"{map}.map")).Where(map => !File.Exists(map)))
        {
            File.WriteAllText(map, "");
        }

        if (entry.Table.Router.Certificate is not null)
        {
            using var key = RSA.Create(2048);
            using var certificate = new CertificateRequest("CN=entry", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
            _certificate = certificate.GetCertHashString(HashAlgorithmName.SHA256);
            File.WriteAllText(Path.Combine(_folder, "entry.pem"), certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        return Process.Start(new ProcessStartInfo("/usr/sbin/haproxy", ["-f", file, .. arguments])
        {
            RedirectStandardError = true,
            Environment = { ["KEY_ROUTER_AZURE"] = "secret" },
        })!;
    }
}
