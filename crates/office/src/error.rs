//! Which error belongs where: faults of what was sent are data, expected refusals carry one fault, the rest is
//! internal and is logged once, at the edge.

use domain::{Fault, Severity, Text};

/// Why a use case did not do what was asked.
#[derive(Debug)]
pub enum Error {
    /// What was sent has faults; nothing was kept but the draft.
    Invalid(Vec<Fault>),
    /// The procedure does not allow it.
    Refused(Fault),
    /// Not there, or not for this actor: the same answer for both.
    NotFound,
    /// It was there, and was erased: when and by which rule.
    Gone(Box<Fault>),
    /// Not signed in, or the session has ended.
    SignIn,
    /// Signed in, but without the right.
    Forbidden,
    /// Somebody else changed the matter three times in a row while this was decided.
    Conflict,
    /// The same key was used for another content.
    KeyReused,
    /// Too many tries; how many seconds to wait.
    TooMany(u32),
    /// The disk is full: reading goes on.
    Full,
    /// Who reads about persons is recorded first, and the disk takes no record now.
    Unrecorded,
    /// The store does not take writes now.
    Unavailable,
    /// A fault of ours.
    Internal(String),
}

impl Error {
    /// The faults to show.
    pub fn faults(&self) -> Vec<Fault> {
        let one = |code: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str| {
            vec![Fault::new(Severity::Error, code, "", Text::new(zh, en), Text::new(remedy_zh, remedy_en))]
        };
        match self {
            Error::Invalid(faults) => faults.clone(),
            Error::Refused(fault) => vec![fault.clone()],
            Error::Gone(fault) => vec![(**fault).clone()],
            Error::NotFound => one(
                "PQ-HTTP-404",
                "没有找到，或不属于您的单位。",
                "Nothing is here, or it does not concern your unit.",
                "请核对编号，或从列表进入。",
                "Check the number, or come from a list.",
            ),
            Error::SignIn => one(
                "PQ-HTTP-401",
                "请先登录。",
                "Please sign in.",
                "登录后将回到此页。",
                "After signing in you come back here.",
            ),
            Error::Forbidden => one(
                "PQ-HTTP-403",
                "您没有此项权限。",
                "You do not have the right to do this.",
                "请联系本单位管理员。",
                "Ask your unit's administrator.",
            ),
            Error::Conflict => one(
                "PQ-HTTP-409",
                "该事项刚被他人多次更改。",
                "Others changed this matter at the same moment.",
                "请重新打开后再试。",
                "Open it again and retry.",
            ),
            Error::KeyReused => one(
                "PQ-KEY-001",
                "同一提交编号已用于不同内容。",
                "This submission key was already used for another content.",
                "请使用新的提交编号。",
                "Use a new key for a new content.",
            ),
            Error::TooMany(seconds) => one(
                "PQ-HTTP-429",
                "请求过多。",
                "Too many requests.",
                &format!("请在 {seconds} 秒后重试。"),
                &format!("Try again in {seconds} second{}.", if *seconds == 1 { "" } else { "s" }),
            ),
            Error::Full => one(
                "PQ-HTTP-507",
                "存储空间已满，暂时不能提交；仍可查询。",
                "The disk is full: nothing can be filed now, reading goes on.",
                "草稿已保留，请稍后重试。",
                "Your draft is kept. Try again later.",
            ),
            Error::Unrecorded => one(
                "PQ-ACCESS-001",
                "系统暂时不能写入，无法记录您的查阅，因此不显示个人信息。",
                "The system cannot write now, so your reading could not be recorded: what is about persons is not shown.",
                "其余内容可照常查看；请稍后重新打开本页，并告知系统管理员存储可能已满。",
                "Everything else can be read. Open the page again later, and tell the operator that the disk may be full.",
            ),
            Error::Unavailable => one(
                "PQ-HTTP-503",
                "系统暂时不接受提交。",
                "The system takes no submissions at this moment.",
                "请稍后用同一编号重试，不会重复提交。",
                "Retry later with the same key: nothing will be filed twice.",
            ),
            Error::Internal(_) => one(
                "PQ-HTTP-500",
                "系统内部错误，已记录。",
                "A fault of ours; it has been recorded.",
                "请稍后重试，或联系服务台。",
                "Try again later, or call the service desk.",
            ),
        }
    }
}

impl From<store::StoreError> for Error {
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::Full => Error::Full,
            store::StoreError::Unavailable(_) => Error::Unavailable,
            other => Error::Internal(other.to_string()),
        }
    }
}

impl From<store::CommitError> for Error {
    fn from(error: store::CommitError) -> Self {
        match error {
            store::CommitError::Conflict(_) => Error::Conflict,
            store::CommitError::KeyReused => Error::KeyReused,
            store::CommitError::Full => Error::Full,
            store::CommitError::Unavailable(_) | store::CommitError::Busy => Error::Unavailable,
            other => Error::Internal(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::Internal(error.to_string())
    }
}
