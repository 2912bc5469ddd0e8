using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Locks;

/// <summary>
/// How a lock's records become JSON and JSON a lock's records: every member by itself, so that none is forgotten, with the unit in its name.
/// </summary>
internal static class LockJson
{
    /// <summary>Strict both ways: a member that is missing, unknown, doubled or null where it may not be is refused.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameUnits } },
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new ScalarConverter<Month, string>(month => month.ToString(), text => Month.TryParse(text, out var month)
                ? month
                : throw new JsonException($"\"{text}\" is not a month.")),
            new ScalarConverter<Usd, decimal>(money => JsonText.Plain(money.Amount), amount => new Usd(amount)),
            new ScalarConverter<UsdPerHour, decimal>(price => JsonText.Plain(price.Amount), amount => new UsdPerHour(amount)),
            new ScalarConverter<TokenRate, double>(rate => rate.PerSecond, TokenRate.FromPerSecond),
            new ScalarConverter<ByteSize, long>(size => size.TotalBytes, bytes => ByteSize.FromBytes(bytes)),
            new ScalarConverter<Share, double>(share => share.Fraction, Share.FromFraction),
            new ScalarConverter<TimeSpan, double>(
                time => time.TotalMilliseconds, milliseconds => new TimeSpan((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond))),
        },
    };

    private static void NameUnits(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.PropertyType == typeof(PoolIncident))
            {
                // In ordinary times a lock does not speak of it.
                property.ShouldSerialize = (_, value) => value is not null;
            }

            if (type.Type == typeof(Pool) && property.PropertyType == typeof(int) && property.Name == JsonNamingPolicy.CamelCase.ConvertName(nameof(Pool.NodesPerReplica)))
            {
                // Nor of machines that work alone.
                property.ShouldSerialize = (_, value) => value is > 1;
            }

            property.Name += property.PropertyType switch
            {
                var unit when unit == typeof(Usd) || unit == typeof(UsdPerHour) => "Usd",
                var unit when unit == typeof(TokenRate) => "PerSecond",
                var unit when unit == typeof(ByteSize) => "Bytes",
                var unit when unit == typeof(TimeSpan) => "Ms",
                _ => "",
            };
        }
    }

    /// <summary>A unit, written as the one number or word that it is.</summary>
    private sealed class ScalarConverter<T, TRaw>(Func<T, TRaw> write, Func<TRaw, T> read) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            try
            {
                return read(JsonSerializer.Deserialize<TRaw>(ref reader, options)!);
            }
            catch (ArgumentOutOfRangeException exception)
            {
                throw new JsonException(exception.Message, exception);
            }
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, write(value), options);
    }
}
