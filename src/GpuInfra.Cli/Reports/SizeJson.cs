using System.Text.Json;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>
/// What <c>size --json</c> writes: a contract with other tools, so members are added and never renamed. Bytes are bytes, rates are
/// tokens per second of the whole replica, times are milliseconds; <c>memory</c> is the whole replica's and <c>memory.perGpu</c> one GPU's.
/// </summary>
internal static class SizeJson
{
    public static string ToJson(SizeAnswer answer) => JsonText.Of(json =>
    {
        var setup = answer.Setup;
        json.WriteStartObject();
        json.WriteString("model", setup.Model.Id);
        json.WriteString("gpu", setup.Gpu.Id);
        json.WriteString("precision", JsonText.Word(setup.Precision));
        json.WriteString("kvPrecision", CachePrecisions.WordOf(setup.Cache));
        json.WriteNumber("tensorParallel", setup.Parallelism.Tensor);
        json.WriteNumber("pipelineParallel", setup.Parallelism.Pipeline);
        if (setup.Span is { } span)
        {
            json.WriteNumber("nodes", span.Nodes);
            json.WriteNumber("fabricGbitPerSecond", span.Fabric.GbitPerSecond);
        }

        json.WriteString("engine", JsonText.Word(setup.Engine));
        json.WriteNumber("inputTokens", answer.Load.InputTokens);
        json.WriteNumber("outputTokens", answer.Load.OutputTokens);
        json.WriteString("load", JsonText.Word(answer.Load.Kind));
        json.WriteNumberOrNull("concurrency", answer.Load.Kind == LoadKind.OfflineMax ? null : (double)answer.Load.Requests);
        json.WriteBoolean("fits", answer.Performance is not null);
        Memory(json, setup, answer.Memory);
        json.WriteNumber("maxConcurrency", answer.MaxConcurrency);
        json.WriteNumberOrNull("outputTokensPerSecond", answer.Performance?.OutputTokensPerSecond);
        json.WriteNumberOrNull("ttftMs", answer.Performance?.TimeToFirstToken.TotalMilliseconds);
        json.WriteNumberOrNull("tpotMs", answer.Performance?.TimePerOutputToken.TotalMilliseconds);
        json.WriteString("limit", answer.Performance is { } performance ? JsonText.Word(performance.Limit) : answer.Unfit!.Constraint);
        json.WriteString("reason", answer.Unfit?.Detail);
        json.WriteStartObject("band");
        json.WriteNumberOrNull("p10", answer.Performance?.OutputTokensPerSecond * answer.Performance?.Band.Low);
        json.WriteNumberOrNull("p90", answer.Performance?.OutputTokensPerSecond * answer.Performance?.Band.High);
        json.WriteNumberOrNull("p10Ratio", answer.Performance?.Band.Low);
        json.WriteNumberOrNull("p90Ratio", answer.Performance?.Band.High);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static void Memory(Utf8JsonWriter json, ReplicaSetup setup, ReplicaMemory memory)
    {
        // A token is cached by the GPUs of one copy of the attention, in every stage.
        var caching = setup.Parallelism.AttentionGpus * setup.Parallelism.Pipeline;
        json.WriteStartObject("memory");
        json.WriteNumber("weightsBytes", ByteSize.FromBytes(WeightBytes.Of(setup.Model, setup.Precision).Total).TotalBytes);
        json.WriteNumber("kvBytesPerToken", memory.CachePerToken.TotalBytes * caching);
        json.WriteNumber("kvTokens", Math.Floor(memory.CacheTokens));
        json.WriteStartObject("perGpu");
        json.WriteNumber("usableBytes", memory.Usable.TotalBytes);
        json.WriteNumber("weightsBytes", memory.Weights.TotalBytes);
        json.WriteNumber("activationBytes", memory.Activations.TotalBytes);
        json.WriteNumber("overheadBytes", memory.Overhead.TotalBytes);
        json.WriteNumber("kvCacheBytes", memory.Cache.TotalBytes);
        json.WriteNumber("kvBytesPerToken", memory.CachePerToken.TotalBytes);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
