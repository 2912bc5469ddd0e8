using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Reports;

/// <summary>The catalog as tables.</summary>
internal static class CatalogReport
{
    public static IEnumerable<Block> Of(CatalogView view)
    {
        yield return new Block.Paragraph(new Cell(
            $"Catalog {view.Hash[..12]}. Prices are list prices in US dollars of the dates shown; none is looked up.",
            Tone.Muted));
        if (view.Shown.HasFlag(CatalogView.Kinds.Gpus))
        {
            yield return new Block.Heading("GPUs");
            yield return Gpus(view.Gpus);
        }

        if (view.Shown.HasFlag(CatalogView.Kinds.Models))
        {
            yield return new Block.Heading("Models");
            yield return Models(view.Models);
        }

        if (view.Shown.HasFlag(CatalogView.Kinds.Offers))
        {
            yield return new Block.Heading($"Offers ({Format.Count(view.Offers.Length)})");
            yield return Offers(view.Offers);
        }

        if (view.Shown.HasFlag(CatalogView.Kinds.Profiles))
        {
            yield return new Block.Heading("Demand profiles");
            yield return Profiles(view.Profiles);
        }

        if (view.Shown.HasFlag(CatalogView.Kinds.Cpu))
        {
            yield return new Block.Heading($"Machines without accelerators ({Format.Count(view.Cpus.Length)})");
            yield return Cpus(view.Cpus);
        }

        if (view.Shown.HasFlag(CatalogView.Kinds.Commitments))
        {
            yield return new Block.Heading($"Published discounts of commitments ({Format.Count(view.Commitments.Length)})");
            yield return Commitments(view.Commitments);
        }
    }

    private static Block.Grid Gpus(ImmutableArray<Gpu> gpus) => new(
        [
            new("GPU"), new("Memory", true), new("GB/s", true), new("FP16 TFLOPS", true), new("FP8", true), new("INT8", true), new("FP4", true),
            new("NVLink GB/s", true), new("CUDA", true), new("As of"), new("Remarks"), new("Source"),
        ],
        [.. gpus.Select(gpu => ImmutableArray.Create<Cell>(
            gpu.Id,
            gpu.Memory.ToString(),
            Format.Number(gpu.Bandwidth.GbPerSecond),
            Format.Tera(gpu.Fp16),
            Format.Tera(gpu.Fp8),
            Format.Tera(gpu.Int8),
            Format.Tera(gpu.Fp4),
            gpu.NvLink is { } link ? Format.Number(link.GbPerSecond) : Format.None,
            gpu.ComputeCapability is { } capability ? FormattableString.Invariant($"{capability:0.0}") : Format.None,
            Format.Date(gpu.AsOf),
            Remarks(gpu),
            new Cell(gpu.Source, Tone.Muted)))]);

    private static Block.Grid Models(ImmutableArray<Model> models) => new(
        [
            new("Model"), new("Task"), new("Parameters", true), new("Active", true), new("Layers", true), new("Attention"),
            new("Experts", true), new("Context", true), new("Native"), new("As of"), new("Remarks"), new("Source"),
        ],
        [.. models.Select(model => ImmutableArray.Create<Cell>(
            model.Id,
            Format.Word(model.Task),
            Billions(model.Parameters),
            Billions(model.ActiveParameters),
            Format.Count(model.Layers),
            AttentionOf(model),
            model.MixtureOfExperts is { } moe ? $"{moe.ExpertsPerToken} of {moe.Experts}" : Format.None,
            Format.Count(model.MaxContextTokens),
            Format.Word(model.NativePrecision),
            Format.Date(model.AsOf),
            Doubtful(model.Doubt) ?? "",
            new Cell(model.Source, Tone.Muted)))]);

    private static Block.Grid Offers(ImmutableArray<Offer> offers) => new(
        [
            new("Offer"), new("GPUs"), new("On demand $/h", true), new("Mean spot $/h", true), new("Started as"), new("Zones"),
            new("Watch out"), new("As of"), new("Source"),
        ],
        [.. offers.Select(offer => ImmutableArray.Create<Cell>(
            offer.Id,
            $"{offer.GpusPerInstance} × {offer.Gpu}",
            Format.Price(offer.OnDemand),
            Format.Price(offer.MeanSpot),
            Format.Names(offer.Modes.Select(mode => Format.Word(mode))),
            Format.Names(offer.Zones.Select(zone => zone.Zone)),
            string.Join("; ", offer.Traps.Select(trap => trap.Detail)),
            Format.Date(offer.AsOf),
            new Cell(offer.Source, Tone.Muted)))]);

    private static Block.Grid Profiles(ImmutableArray<DemandProfile> profiles) => new(
        [
            new("Profile"), new("Requests", true), new("Requests/s", true), new("Input tokens", true), new("Output tokens", true),
            new("Peak/mean", true), new("As of"), new("Source"),
        ],
        [.. profiles.Select(profile => ImmutableArray.Create<Cell>(
            profile.Id,
            Format.Count(profile.Requests),
            Format.Number(profile.RequestsPerSecond),
            Format.Number(profile.InputTokens.Mean),
            Format.Number(profile.OutputTokens.Mean),
            Format.Number(profile.MinuteLoad[^1].Value),
            profile.AsOf is { } day ? Format.Date(day) : Format.None,
            new Cell(profile.Source, Tone.Muted)))]);

    private static Block.Grid Cpus(ImmutableArray<CpuOffer> cpus) => new(
        [
            new("Offer"), new("vCPU", true), new("Memory", true), new("On demand $/h", true), new("Spot $/h", true), new("Grade"), new("As of"),
            new("Source"),
        ],
        [.. cpus.Select(offer => ImmutableArray.Create<Cell>(
            $"{Format.Cloud(offer.Cloud)}/{offer.Region}/{offer.InstanceType}",
            offer.VCpus is { } count ? Format.Count(count) : Format.None,
            offer.Memory?.ToString() ?? Format.None,
            Format.Price(offer.OnDemand),
            Format.Price(offer.Spot),
            offer.Grade.ToString(),
            offer.AsOf is { } day ? Format.Date(day) : "not stated",
            new Cell(offer.Source, Tone.Muted)))]);

    private static Block.Grid Commitments(ImmutableArray<CommitmentDiscount> discounts) => new(
        [new("Cloud"), new("Machines"), new("Term"), new("Off on demand", true), new("Grade"), new("As of"), new("Source")],
        [.. discounts.Select(discount => ImmutableArray.Create<Cell>(
            Format.Cloud(discount.Cloud),
            discount.Machines,
            discount.Term == CommitmentTerm.OneYear ? "1 year" : "3 years",
            discount.Off.ToString(),
            discount.Grade.ToString(),
            Format.Date(discount.AsOf),
            new Cell(discount.Source, Tone.Muted)))]);

    private static string Remarks(Gpu gpu) => string.Join("; ", new[]
    {
        gpu.NotChosenBecause is { } reason ? $"not chosen: {reason}" : null,
        Doubtful(gpu.Doubt),
    }.OfType<string>());

    private static string? Doubtful(string? doubt) => doubt is null ? null : $"doubtful: {doubt}";

    /// <summary>The kinds of attention; with the layers of each where there are several.</summary>
    private static string AttentionOf(Model model) => model.Attention.Length == 1
        ? model.Attention[0].Name
        : string.Join(" + ", model.Attention.Select(group => $"{group.Layers} {group.Name}"));

    private static string Billions(long parameters) => FormattableString.Invariant($"{parameters / 1e9:0.00}B");
}
