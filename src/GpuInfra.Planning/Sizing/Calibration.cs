using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GpuInfra.Planning.Sizing;

/// <summary>The fitted coefficients of the performance model, and how far it was off where it had not been fitted.</summary>
public sealed class Calibration
{
    private const string Resource = "Sizing/calibration.json";

    private static readonly Lazy<Calibration> LazyEmbedded = new(Load);

    private readonly double[] _values;

    private Calibration(double[] values, ImmutableArray<CalibrationRow> rows, ImmutableArray<ClassBand> bands) =>
        (_values, Rows, Bands) = (values, rows, bands);

    /// <summary>The one that this version ships.</summary>
    public static Calibration Embedded => LazyEmbedded.Value;

    /// <summary>The coefficients as they are documented, in the order of <see cref="Coefficient"/>.</summary>
    public ImmutableArray<CalibrationRow> Rows { get; }

    /// <summary>The measured error of each class of loads.</summary>
    public ImmutableArray<ClassBand> Bands { get; }

    /// <summary>A coefficient's value in its unit: seconds, tokens, operations per joule, or none.</summary>
    public double this[Coefficient coefficient] => _values[(int)coefficient];

    /// <summary>The same rows with other values, in the order of <see cref="Coefficient"/>.</summary>
    public Calibration With(ReadOnlySpan<double> values) =>
        new(values.ToArray(), [.. Rows.Zip(values.ToArray(), (row, value) => row with { Value = value })], Bands);

    /// <summary>The same coefficients with other bands.</summary>
    public Calibration With(ImmutableArray<ClassBand> bands) => new(_values, Rows, bands);

    /// <summary>True for one that predicts the same.</summary>
    public bool IsSameAs(Calibration other) => _values.AsSpan().SequenceEqual(other._values) && Bands.SequenceEqual(other.Bands);

    /// <summary>The measured error of loads of a kind on an engine; of all engines together where that one was hardly measured.</summary>
    public ErrorBand Band(LoadKind load, Engine engine)
    {
        ErrorBand? all = null;
        foreach (var band in Bands)
        {
            if (band.Load == load && band.Engine == engine)
            {
                return band.Band;
            }

            all = band.Load == load && band.Engine is null ? band.Band : all;
        }

        return all ?? throw new InvalidDataException($"{Resource} has no band for {load}.");
    }

    /// <summary>The one of another revision, from the bytes of its file; null when this version cannot read it.</summary>
    public static Calibration? TryRead(byte[] file)
    {
        try
        {
            return Read(new MemoryStream(file));
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException)
        {
            return null;
        }
    }

    private static Calibration Load()
    {
        using var stream = typeof(Calibration).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidDataException($"{Resource} is not embedded.");
        return Read(stream);
    }

    private static Calibration Read(Stream stream)
    {
        var file = JsonSerializer.Deserialize(stream, CalibrationJson.Default.CalibrationFile)
            ?? throw new InvalidDataException($"{Resource} is empty.");
        var expected = Enum.GetValues<Coefficient>();
        if (!file.Coefficients.Select(row => row.Id).SequenceEqual(expected))
        {
            throw new InvalidDataException($"{Resource} does not list the coefficients {string.Join(", ", expected)} in this order.");
        }

        return new Calibration([.. file.Coefficients.Select(row => row.Value)], [.. file.Coefficients], [.. file.Bands]);
    }
}

/// <summary>A coefficient as the data file documents it.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Unit">Its unit; empty for a ratio.</param>
/// <param name="Low">Least plausible value.</param>
/// <param name="High">Greatest plausible value.</param>
/// <param name="Expected">What it is expected to be before any measurement; the fit is drawn towards it.</param>
/// <param name="Spread">How far it may lie from that: one standard deviation of its logarithm.</param>
/// <param name="Value">What the fit found.</param>
/// <param name="Meaning">What it stands for.</param>
public sealed record CalibrationRow(
    Coefficient Id, string Unit, double Low, double High, double Expected, double Spread, double Value, string Meaning);

/// <summary>The measured error of loads of one kind on an engine.</summary>
/// <param name="Load">The kind.</param>
/// <param name="Engine">The engine; null for all together.</param>
/// <param name="Band">10th and 90th percentile of measured over predicted, of rows left out of the fit.</param>
/// <param name="Rows">How many rows were left out in turn.</param>
public sealed record ClassBand(LoadKind Load, Engine? Engine, ErrorBand Band, int Rows);

internal sealed record CalibrationFile(CalibrationRow[] Coefficients, ClassBand[] Bands);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CalibrationFile))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
