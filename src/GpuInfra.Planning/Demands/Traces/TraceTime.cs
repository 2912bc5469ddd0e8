using System.Buffers.Text;
using System.Text;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>
/// Reads the times of one trace. They are ISO 8601 (<c>2023-11-16 18:15:46.68</c>, with T or a blank, with an offset or else UTC), the
/// common log format (<c>16/Nov/2023:18:15:46 +0000</c>), or numbers. The first row decides what the numbers are, by their size: seconds
/// since the trace's own zero below 10⁹; above, seconds, milli-, micro- or nanoseconds since 1970.
/// </summary>
internal sealed class TraceTime
{
    private const double LeastEpoch = 1e9;
    private const double MostSeconds = 1e11;

    private static readonly long EpochTicks = DateTime.UnixEpoch.Ticks;

    private double _ticksPerNumber;

    /// <summary>What the times are counted from; set by the first.</summary>
    public TraceClock? Clock { get; private set; }

    /// <summary>Reads a time as ticks of 100 ns since 0001-01-01 UTC, or since the trace's zero. False when it is none, or of another kind than the first.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, out long ticks)
    {
        text = text[Ascii.Trim(text)];
        if (TryDate(text, out ticks))
        {
            Clock ??= TraceClock.Utc;
            return Clock == TraceClock.Utc && _ticksPerNumber == 0;
        }

        return Utf8Parser.TryParse(text, out double number, out var used) && used == text.Length && TryNumber(number, out ticks);
    }

    private bool TryNumber(double number, out long ticks)
    {
        ticks = 0;
        if (Clock is null)
        {
            Clock = number < LeastEpoch ? TraceClock.Trace : TraceClock.Utc;
            _ticksPerNumber = number switch
            {
                < MostSeconds => TimeSpan.TicksPerSecond,
                < MostSeconds * 1e3 => TimeSpan.TicksPerMillisecond,
                < MostSeconds * 1e6 => TimeSpan.TicksPerMicrosecond,
                _ => 1 / (double)TimeSpan.NanosecondsPerTick,
            };
        }

        var scaled = number * _ticksPerNumber;
        if (_ticksPerNumber == 0 || !(scaled >= 0 && scaled < DateTime.MaxValue.Ticks - EpochTicks))
        {
            return false;
        }

        ticks = (long)scaled + (Clock == TraceClock.Utc ? EpochTicks : 0);
        return true;
    }

    private static bool TryDate(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        int year, month, day;
        if (text.Length >= 19 && text[4] == '-' && text[7] == '-' && text[10] is (byte)'T' or (byte)' ')
        {
            (year, month, day) = (Digits(text[..4]), Digits(text[5..7]), Digits(text[8..10]));
            text = text[11..];
        }
        else if (text.Length >= 20 && text[2] == '/' && text[6] == '/' && text[11] == ':')
        {
            (year, month, day) = (Digits(text[7..11]), MonthOf(text[3..6]), Digits(text[..2]));
            text = text[12..];
        }
        else
        {
            return false;
        }

        if (text[2] != ':' || text[5] != ':')
        {
            return false;
        }

        var (hour, minute, second) = (Digits(text[..2]), Digits(text[3..5]), Digits(text[6..8]));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60)
        {
            return false;
        }

        ticks = new DateTime(year, month, day).Ticks
            + hour * TimeSpan.TicksPerHour + minute * TimeSpan.TicksPerMinute + second * TimeSpan.TicksPerSecond;
        return TryFraction(ref text, ref ticks) && TryOffset(text, ref ticks);
    }

    /// <summary>A fraction of a second after the seconds; digits beyond a tick are dropped.</summary>
    private static bool TryFraction(ref ReadOnlySpan<byte> text, ref long ticks)
    {
        text = text[8..];
        if (text is not [(byte)'.' or (byte)',', ..])
        {
            return true;
        }

        var scale = TimeSpan.TicksPerSecond / 10;
        var i = 1;
        for (; i < text.Length && char.IsAsciiDigit((char)text[i]); i++, scale /= 10)
        {
            ticks += (text[i] - '0') * scale;
        }

        text = text[i..];
        return i > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, ref long ticks)
    {
        text = text[Ascii.Trim(text)];
        if (text.IsEmpty || text is [(byte)'Z' or (byte)'z'])
        {
            return true;
        }

        if (text is not [(byte)'+' or (byte)'-', ..] || text.Length is not (3 or 5 or 6) || (text.Length == 6 && text[3] != ':'))
        {
            return false;
        }

        var (hours, minutes) = (Digits(text[1..3]), text.Length == 3 ? 0 : Digits(text[^2..]));
        var offset = hours * TimeSpan.TicksPerHour + minutes * TimeSpan.TicksPerMinute;
        ticks += text[0] == '+' ? -offset : offset;
        return hours is >= 0 and <= 14 && minutes is >= 0 and <= 59;
    }

    private static int MonthOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Months.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(name, Months[i]))
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <summary>The number that digits stand for; −1 when something else is among them.</summary>
    private static int Digits(ReadOnlySpan<byte> text)
    {
        var value = 0;
        foreach (var letter in text)
        {
            if (!char.IsAsciiDigit((char)letter))
            {
                return -1;
            }

            value = 10 * value + (letter - '0');
        }

        return value;
    }

    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
}
