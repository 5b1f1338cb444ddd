//! Walks through the fields of an encoded protobuf message without decoding it.

/// The value of a field as it is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WireValue<'a> {
    /// A number, in one of the three numeric wire types.
    Number,
    /// Text, bytes, a message or packed numbers.
    Bytes(&'a [u8]),
}

/// A message that is not protobuf, or uses groups, which this contract does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotWireForm;

/// The fields of a message in order. Ends after an error.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self(message)
    }

    fn read(&mut self) -> Result<(u32, WireValue<'a>), NotWireForm> {
        let key = self.varint()?;
        let number = u32::try_from(key >> 3).map_err(|_| NotWireForm)?;
        let value = match key & 7 {
            0 => {
                self.varint()?;
                WireValue::Number
            }
            1 => {
                self.take(8)?;
                WireValue::Number
            }
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| NotWireForm)?;
                WireValue::Bytes(self.take(length)?)
            }
            5 => {
                self.take(4)?;
                WireValue::Number
            }
            _ => return Err(NotWireForm),
        };
        Ok((number, value))
    }

    fn varint(&mut self) -> Result<u64, NotWireForm> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(NotWireForm)?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(NotWireForm)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], NotWireForm> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(NotWireForm)?;
        self.0 = rest;
        Ok(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, WireValue<'a>), NotWireForm>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

/// The form of the numbers in a packed field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberForm {
    /// Each ends with a byte without the high bit.
    Varint,
    /// Each has this number of bytes.
    Fixed(usize),
}

impl NumberForm {
    /// The number of values in a packed field.
    pub(super) fn count(self, packed: &[u8]) -> usize {
        match self {
            Self::Varint => packed.iter().filter(|byte| **byte & 0x80 == 0).count(),
            Self::Fixed(bytes) => packed.len() / bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_every_wire_type_are_found() {
        let message = [
            &b"\x08\x96\x01"[..],
            b"\x12\x02hi",
            b"\x19\0\0\0\0\0\0\0\0",
            b"\x25\0\0\0\0",
            b"\xf8\x07\x01",
        ]
        .concat();
        let found: Vec<_> = Fields::of(&message).collect::<Result<_, _>>().unwrap();
        let numbers: Vec<u32> = found.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 127]);
        assert_eq!(found[1].1, WireValue::Bytes(b"hi"));
    }

    #[test]
    fn what_is_not_protobuf_ends_the_walk() {
        for bad in [
            &b"\x08"[..],
            b"\x12\x05hi",
            b"\x0b\x0c",
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        ] {
            assert_eq!(Fields::of(bad).collect::<Result<Vec<_>, _>>(), Err(NotWireForm), "{bad:?}");
        }
    }
}
