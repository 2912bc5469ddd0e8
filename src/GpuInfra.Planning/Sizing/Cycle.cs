using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// A replica in a steady state with B requests of one length in its batch. In one cycle each of them is read once and generates all of
/// its o output tokens, so the replica's rate is B requests per cycle.
/// <para>
/// Prompts are read in chunks of c tokens beside the generation, B·i/c steps of a cycle for i input tokens. Where that is less than o,
/// the other steps only generate. Where it is more, prompts come in every step, and fewer sequences generate in each. Copies of the
/// attention (a power of them, <see cref="Coefficient.LockstepExponent"/>) slow down more steps with smaller chunks. With p pipeline
/// stages there are p batches of B/p, of which every stage works on another; where stages are machines, the fullest one sets the pace.
/// </para>
/// </summary>
internal sealed class Cycle
{
    /// <summary>Prompt tokens that one copy of the attention reads in one step (vLLM: <c>--max-num-batched-tokens</c>).</summary>
    public const int ChunkTokens = ReplicaMemory.BatchedTokens;

    /// <summary>Half of the drafted tokens are accepted. An assumption; how many are is the plan's figure.</summary>
    private const double DraftedPerAccepted = 2;

    /// <summary>What drafting takes beside a step: some passes of a model of a thirtieth of the size, as EAGLE's or an MTP layer. An assumption.</summary>
    private const double DraftShare = 0.1;

    private readonly StepTime _step;
    private readonly HostTime _host;
    private readonly LengthCost _lengths;
    private readonly double _read;
    private readonly double _output;
    private readonly double _accepted;
    private readonly double _context;
    private readonly double _stages;
    private readonly double _ofStage;
    private readonly double _lockstep;
    private readonly double _engine;
    private readonly bool _readsTogether;

    /// <summary>A cycle of requests of given lengths.</summary>
    /// <param name="setup">The replica.</param>
    /// <param name="load">How requests come in; when all come at once, prompts of several share a step.</param>
    /// <param name="inputTokens">Mean input tokens, above zero.</param>
    /// <param name="outputTokens">Mean output tokens, at least 1.</param>
    /// <param name="calibration">The coefficients.</param>
    /// <param name="cachedShare">Share of input tokens that are in the cache already and are not read.</param>
    /// <param name="acceptedTokens">Drafted tokens that a step accepts on average; 0 without speculative decoding.</param>
    public Cycle(
        ReplicaSetup setup, LoadKind load, double inputTokens, double outputTokens, Calibration calibration,
        double cachedShare = 0, double acceptedTokens = 0)
    {
        _step = new StepTime(setup, calibration);
        _host = new HostTime(setup, load, calibration);
        (_read, _output, _accepted) = (inputTokens * (1 - cachedShare), outputTokens / (1 + acceptedTokens), acceptedTokens);
        _context = inputTokens + (outputTokens / 2);
        _lengths = _step.At(inputTokens, _context);
        _stages = setup.Parallelism.Pipeline;
        _ofStage = setup.Span is null ? 1 / _stages : setup.FullestStage;
        _lockstep = Math.Pow(_step.Copies, calibration[Coefficient.LockstepExponent]);
        _readsTogether = load != LoadKind.Concurrency;
        _engine = setup.Engine switch
        {
            Engine.Vllm => calibration[Coefficient.VllmFactor],
            Engine.Sglang => calibration[Coefficient.SglangFactor],
            _ => 1,
        } / setup.Speed;
    }

    /// <summary>Time of one cycle of <paramref name="batch"/> requests.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Cost Of(double batch)
    {
        var sequences = batch / _stages;
        var (chunk, chunks) = Chunks(sequences);
        if (chunks > _output)
        {
            return Step(chunk, sequences * _output / chunks, chunk / _step.Copies) * (chunks * _stages);
        }

        var slowed = Math.Min(_output, chunks * _lockstep);
        return ((Step(0, sequences, 0) * (_output - slowed))
            + (Step(chunk * chunks / slowed, sequences, chunk / _step.Copies) * slowed)) * _stages;
    }

    /// <summary>Time to generate a token for each of <paramref name="batch"/> requests while nothing is read.</summary>
    public double GenerationSeconds(double batch) => (Step(0, batch / _stages, 0) * _stages).Seconds / (1 + _accepted);

    /// <summary>
    /// Time to read a prompt of <paramref name="inputTokens"/> in steps of its own of up to <paramref name="chunkTokens"/> each, beside
    /// <paramref name="batch"/> requests that generate.
    /// </summary>
    public double PromptSeconds(double inputTokens, double batch, double chunkTokens = ChunkTokens) =>
        PromptSeconds(PromptOf(inputTokens), batch, chunkTokens);

    /// <summary>The same of a prompt that is asked about more than once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double PromptSeconds(in LengthCost prompt, double batch, double chunkTokens)
    {
        var chunk = Math.Min(chunkTokens, prompt.InputTokens);
        var step = _step.Of(chunk, chunk, batch / _stages, prompt) + (_host.Of(chunk, chunk + (batch / _stages), batch / _stages) * _stages);
        return step.Seconds * _engine * prompt.InputTokens / chunk;
    }

    /// <summary>What attention costs for a prompt of <paramref name="inputTokens"/>, whatever is read beside it.</summary>
    public LengthCost PromptOf(double inputTokens) => _step.At(inputTokens, _context);

    private (double Size, double Count) Chunks(double sequences)
    {
        var tokens = sequences * _read;
        var chunk = _readsTogether ? Math.Min(tokens, ChunkTokens * _step.Copies) : Math.Min(tokens, Math.Min(ChunkTokens, _read));
        return (chunk, tokens / chunk);
    }

    /// <summary>One stage's step. Drafted tokens go through it like a prompt's: their sequence's cache is read once for all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Cost Step(double promptTokens, double sequences, double longestShare)
    {
        var drafted = sequences * DraftedPerAccepted * _accepted;
        var step = _step.Of(promptTokens + drafted, longestShare + (drafted / _step.Copies), sequences, _lengths) * _ofStage;
        return (step + _host.Of(promptTokens, promptTokens + drafted + sequences, sequences)) * (_engine * (_accepted > 0 ? 1 + DraftShare : 1));
    }
}
