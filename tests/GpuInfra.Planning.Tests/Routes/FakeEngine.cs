using System.Net;
using System.Text;
using System.Threading.Channels;

namespace GpuInfra.Planning.Tests.Routes;

/// <summary>An engine that answers with its name, after a while if told so.</summary>
internal sealed class FakeEngine : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _name;
    private TaskCompletionSource? _held;
    private int _running;

    public FakeEngine(string name, int milliseconds = 0)
    {
        (_name, Milliseconds) = (name, milliseconds);
        Port = FreePort.Next();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public int Port { get; }

    public int Milliseconds { get; set; }

    /// <summary>The status of health checks and answers.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Requests answered, health checks not counted.</summary>
    public int Answered { get; private set; }

    /// <summary>The most requests that it had at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>The last request's path and headers.</summary>
    public (string Path, string? Authorization) Last { get; private set; }

    /// <summary>The last request's method, type and body.</summary>
    public (string Method, string? Type, string Body) LastSent { get; private set; }

    /// <summary>What it answers to a path and body: a status, a type and a body; null where it is its name.</summary>
    public Func<string, string, (int Status, string Type, string Body)>? Answers { get; set; }

    /// <summary>Headers of its answers.</summary>
    public (string Name, string Value)? Header { get; set; }

    /// <summary>Where its answers' pieces come from, each sent at once; null where they are its name.</summary>
    public ChannelReader<string>? Pieces { get; set; }

    /// <summary>Keeps its answers back until they are let go.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets its answers go.</summary>
    public void LetGo() => _held?.TrySetResult();

    /// <summary>Waits until it has so many requests at once.</summary>
    public async Task HasAsync(int requests)
    {
        for (var i = 0; i < 600 && Volatile.Read(ref _running) < requests; i++)
        {
            await Task.Delay(50);
        }

        Assert.Equal(requests, Volatile.Read(ref _running));
    }

    public void Dispose()
    {
        LetGo();
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        context.Response.StatusCode = Status;
        if (context.Request.RawUrl != "/health")
        {
            lock (this)
            {
                MostAtOnce = Math.Max(MostAtOnce, ++_running);
                Last = (context.Request.RawUrl!, context.Request.Headers["authorization"]);
            }

            using (var body = new StreamReader(context.Request.InputStream, Encoding.UTF8))
            {
                LastSent = (context.Request.HttpMethod, context.Request.ContentType, await body.ReadToEndAsync());
            }

            await (_held?.Task ?? Task.Delay(Milliseconds));
            lock (this)
            {
                _running--;
                Answered++;
            }
        }

        try
        {
            if (Pieces is { } pieces && context.Request.RawUrl != "/health")
            {
                context.Response.ContentType = "text/event-stream";
                context.Response.SendChunked = true;
                await foreach (var piece in pieces.ReadAllAsync())
                {
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(piece));
                    await context.Response.OutputStream.FlushAsync();
                }

                context.Response.Close();
                return;
            }

            if (Header is { } header && context.Request.RawUrl != "/health")
            {
                context.Response.AddHeader(header.Name, header.Value);
            }

            var text = _name;
            if (Answers is { } answers && context.Request.RawUrl != "/health")
            {
                (context.Response.StatusCode, context.Response.ContentType, text) = answers(context.Request.RawUrl!, LastSent.Body);
            }

            context.Response.Close(Encoding.UTF8.GetBytes(text), willBlock: false);
        }
        catch (HttpListenerException)
        {
            // Who asked has gone.
        }
    }
}
