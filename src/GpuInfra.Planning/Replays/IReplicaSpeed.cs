namespace GpuInfra.Planning.Replays;

/// <summary>How long a replica takes for what, and how much it takes at a time.</summary>
internal interface IReplicaSpeed
{
    /// <summary>Requests that are read or generate at a time, at most; at least 1.</summary>
    int Places { get; }

    /// <summary>What the cache holds, in bytes of one GPU; infinite where there is none.</summary>
    double CacheBytes { get; }

    /// <summary>What a request of these lengths takes of the cache when it ends.</summary>
    double CacheBytesOf(int inputTokens, int outputTokens);

    /// <summary>Time to read a prompt beside requests that generate.</summary>
    double PromptSeconds(int inputTokens, int generating);

    /// <summary>Pipeline stages that a prompt passes, at least 1; as soon as it has left the first, the next one is read. Default: 1.</summary>
    int Stages => 1;

    /// <summary>Steps of the engine that a prompt is read in; each gives every request beside it a token.</summary>
    int PromptSteps(int inputTokens);

    /// <summary>Time of a step that reads no prompt.</summary>
    /// <param name="generating">Requests that generate, 1 to <see cref="Places"/>.</param>
    double StepSeconds(int generating);

    /// <summary>Steps from a request's first token to its last; none where the first is the last.</summary>
    int StepsAfterFirst(int outputTokens);
}
