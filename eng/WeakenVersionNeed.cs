using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Marks one symbol-version need of an ELF64 shared library as weak (VER_FLG_WEAK), so that the loader does not insist on it.
/// </summary>
/// <remarks>
/// Walks the section headers to SHT_GNU_verneed, then each Verneed and its Vernaux entries (ELF gABI, "Symbol Versioning"); the entry with
/// the given name gets bit 0x2 in vna_flags. The file is replaced, never written through: it may be a hard link into the package cache.
/// Idempotent.
/// </remarks>
public sealed class WeakenVersionNeed : Task
{
    private const uint SectionTypeVersionNeed = 0x6ffffffe;
    private const ushort WeakFlag = 0x2;

    public string Library { get; set; }
    public string Version { get; set; }

    public override bool Execute()
    {
        byte[] file = File.ReadAllBytes(Library);
        if (file.Length < 64 || file[0] != 0x7f || file[1] != 'E' || file[2] != 'L' || file[3] != 'F' || file[4] != 2)
        {
            Log.LogError("'{0}' is not an ELF64 library.", Library);
            return false;
        }

        int flags = FindFlags(file);
        if (flags < 0 || (BitConverter.ToUInt16(file, flags) & WeakFlag) != 0)
            return true;   // asks for no such version, or is mended already

        file[flags] |= (byte)WeakFlag;
        string beside = Library + ".weak";
        File.WriteAllBytes(beside, file);
        File.Delete(Library);
        File.Move(beside, Library);
        Log.LogMessage(MessageImportance.Low, "{0}: the need for {1} is weak now.", Library, Version);
        return true;
    }

    private int FindFlags(byte[] file)
    {
        long sectionHeaders = BitConverter.ToInt64(file, 0x28);
        int headerSize = BitConverter.ToUInt16(file, 0x3A), headerCount = BitConverter.ToUInt16(file, 0x3C);
        for (int i = 0; i < headerCount; i++)
        {
            int header = checked((int)(sectionHeaders + (long)i * headerSize));
            if (BitConverter.ToUInt32(file, header + 4) != SectionTypeVersionNeed)
                continue;

            int need = (int)BitConverter.ToInt64(file, header + 0x18);
            int link = BitConverter.ToInt32(file, header + 0x28), needCount = BitConverter.ToInt32(file, header + 0x2C);
            int strings = (int)BitConverter.ToInt64(file, (int)(sectionHeaders + (long)link * headerSize) + 0x18);
            for (int n = 0; n < needCount; n++)
            {
                int entry = need + BitConverter.ToInt32(file, need + 8);
                for (int k = BitConverter.ToUInt16(file, need + 2); k > 0; k--)
                {
                    if (NameAt(file, strings + BitConverter.ToInt32(file, entry + 8)) == Version)
                        return entry + 4;
                    entry += BitConverter.ToInt32(file, entry + 12);
                }
                need += BitConverter.ToInt32(file, need + 12);
            }
        }
        return -1;
    }

    private static string NameAt(byte[] file, int offset)
    {
        int end = Array.IndexOf(file, (byte)0, offset);
        return Encoding.ASCII.GetString(file, offset, end - offset);
    }
}
