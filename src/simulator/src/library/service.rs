//! 生活服务.

use super::{Category, Keyword, Title};

pub(super) const CATEGORY: Category = Category {
    id: 307,
    name: "生活缴费",
    titles: &[
        Title {
            tid: 4101,
            title: "意见反馈处理通知",
            kind: 2,
            keywords: &[
                Keyword::new(1, "反馈内容", "thing", "小区路灯不亮"),
                Keyword::new(2, "处理结果", "thing", "已安排维修"),
                Keyword::new(3, "处理时间", "time", "2025年6月15日 16:00"),
                Keyword::new(4, "处理人", "name", "赵工"),
                Keyword::new(5, "处理状态", "phrase", "已处理"),
            ],
        },
        Title {
            tid: 4102,
            title: "预约成功通知",
            kind: 2,
            keywords: &[
                Keyword::new(1, "预约项目", "thing", "空调清洗"),
                Keyword::new(2, "预约时间", "time", "2025年6月18日 09:30"),
                Keyword::new(3, "预约人", "name", "张三"),
                Keyword::new(4, "门店名称", "thing", "人民路服务点"),
                Keyword::new(5, "联系电话", "phone_number", "020-66888866"),
                Keyword::new(6, "预约单号", "character_string", "YY-20250618-07"),
                Keyword::new(7, "预约日期", "date", "2025年6月18日"),
                Keyword::new(8, "定金", "amount", "50元"),
            ],
        },
        Title {
            tid: 4103,
            title: "缴费通知",
            kind: 3,
            keywords: &[
                Keyword::new(1, "缴费项目", "thing", "六月水费"),
                Keyword::new(2, "缴费金额", "amount", "¥86.40"),
                Keyword::new(3, "截止日期", "date", "2025年6月30日"),
                Keyword::new(4, "户号", "number", "1002003004"),
                Keyword::new(5, "户主", "name", "张三"),
                Keyword::one_of(6, "缴费状态", &["待缴费", "已缴费", "已逾期"]),
            ],
        },
    ],
};
