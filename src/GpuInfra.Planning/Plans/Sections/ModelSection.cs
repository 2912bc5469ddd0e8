using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Configs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>model</c> of a serving: a model of the catalog, or one that the plan describes.</summary>
internal static class ModelSection
{
    /// <summary>How far the parameters that the plan states may be from those that the configuration gives.</summary>
    private const double ParameterTolerance = 0.05;

    private static readonly Key<string> Config = Key.Required(
        "config", new ScalarValue<string>("a file below the plan's folder", (node, _) => node.Text, Text), "The model's Hugging Face config.json, below the plan's folder.");

    private static readonly Key<string> Id = Key.Required(
        "id", Names.OwnModel, "The model's name for clients and in the weights' path.");

    private static readonly Key<double?> Parameters = Key.OptionalNumber(
        "parameters", Quantities.Number(1e6, 1e14, "1M", "100T"), "Its parameters, as 12.3B: refused when the configuration gives others.");

    private static readonly Key<Precision?> PrecisionKey = Key.OptionalNumber(
        "precision",
        new ChoiceValue<Precision>(
            new("fp16", Precision.Fp16), new("bf16", Precision.Bf16), new("fp8", Precision.Fp8), new("int8", Precision.Int8),
            new("int4", Precision.Int4), new("fp4", Precision.Fp4), new("mxfp4", Precision.Mxfp4), new("fp32", Precision.Fp32)),
        "The weights' number format. Default: as the configuration says.");

    public static readonly Key<string> Uri = Key.Required("uri", Names.WeightsUri, "Where the weights are published, as hf://acme/my-model.");

    public static readonly Key<string> Revision = Key.Required(
        "revision", Names.Revision, "The revision: the last part of the path that the weights are uploaded to.");

    public static readonly Key<string> Sha256 = Key.Required(
        "sha256", Names.Sha256, "SHA-256 of the weights' SHA256SUMS; machines refuse any other.");

    private static readonly Key<WeightsSource?> Weights = Key.Required<WeightsSource?>(
        "weights",
        new Section<WeightsSource?>([Uri, Revision, Sha256], fields => new WeightsSource(fields.Get(Uri), fields.Get(Revision), fields.Get(Sha256))),
        "Where its weights come from.");

    private static readonly PlanValue<ModelChoice> Own = new Section<ModelChoice>([Config, Id, Parameters, PrecisionKey, Weights], Build);

    public static readonly PlanValue<ModelChoice> Value = new EitherValue<ModelChoice>(Names.Model, Own);

    private static ModelChoice Build(Fields fields)
    {
        if (!fields.IsSound(Config) || !fields.IsSound(Id) || !fields.IsSound(PrecisionKey))
        {
            return null!;
        }

        if (!fields.At.Reading.ReadsFiles)
        {
            fields.Refuse(Config, "cannot be read here: the plan does not come from a file");
            return null!;
        }

        if (fields.At.Reading.Catalog.FindModel(fields.Get(Id)) is { } known)
        {
            fields.Refuse(Id, $"\"{fields.Get(Id)}\" is {known.Id} of the catalog: name that, or choose another id");
        }

        var model = ConfigFile.Read(fields.At.Node.File, fields.Get(Config))
            .Then(text => ModelConfig.Read(text, fields.Get(Id), fields.Get(PrecisionKey)));
        if (model.Problem is { } problem)
        {
            fields.Refuse(Config, problem);
            return null!;
        }

        if (fields.Get(Parameters) is { } stated && Math.Abs((stated / model.Value.Parameters) - 1) > ParameterTolerance)
        {
            fields.Refuse(Parameters, FormattableString.Invariant($"the configuration gives {model.Value.Parameters / 1e9:0.###}B"));
        }

        return new ModelChoice(model.Value, fields.Get(Weights));
    }

    private static JsonObject Text() => new() { ["type"] = "string" };
}
